package dev.postrider.broker.dispatch;

import dev.postrider.broker.delivery.ClaimedRange;
import dev.postrider.broker.store.ClaimedDelivery;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * Asks the database what it knows of a range, because a commit with an unknown outcome came before one that did not
 * find the row as expected. Until the answer comes the records of the group stay as they are: being settled. Runs on
 * the broker's event loop.
 *
 * @param ifGone run when the range is no longer this broker's
 * @param ifKept run when it is, and what the database knows has been taken over
 */
record Reconciliation(Engine engine, QueueDispatcher queue, SettleGroup group, Runnable ifGone, Runnable ifKept) {
    private static final long RETRY_MILLIS = 500;

    void look() {
        long owner = engine.session().brokerId();
        owned(owner).onComplete(answer -> {
            if (answer.failed() && !group.range().isDropped()) {
                engine.loop().timer(RETRY_MILLIS, this::look);
                return;
            }
            Optional<ClaimedDelivery> row =
                    answer.failed() || group.range().isDropped() ? Optional.empty() : find(answer.result());
            if (row.isEmpty()) {
                queue.gone(group);
                ifGone.run();
            } else {
                queue.kept(group, row.get().settled());
                ifKept.run();
            }
        });
    }

    /**
     * Of a partitioned queue, once all that it says is here: a record that failed goes before the next of its key.
     */
    private Future<List<ClaimedDelivery>> owned(long owner) {
        return queue.partitions() == null
                ? engine.loop().attempt(() -> engine.store().owned(owner))
                : queue.partitions().inventory().takeIn();
    }

    private Optional<ClaimedDelivery> find(List<ClaimedDelivery> owned) {
        ClaimedRange range = group.range();
        return owned.stream()
                .filter(delivery -> delivery.queueId() == range.queueId()
                        && delivery.chunkId() == range.chunkId()
                        && delivery.first() == range.first())
                .findFirst();
    }
}
