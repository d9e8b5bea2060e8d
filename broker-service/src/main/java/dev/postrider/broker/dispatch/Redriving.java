package dev.postrider.broker.dispatch;

import dev.postrider.broker.store.DeadLetterStore;
import dev.postrider.broker.store.DeadLetterStore.DeadLetter;
import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.Future;
import java.util.List;

/**
 * Sends dead letters back to work, some hundreds in a transaction: each is in the queue or among the dead, never
 * both.
 */
final class Redriving {
    private static final int ROWS = 500;

    private final Broker broker;
    private final DeadLetterStore deadLetters;

    Redriving(Broker broker, DeadLetterStore deadLetters) {
        this.broker = broker;
        this.deadLetters = deadLetters;
    }

    /** Answers how many went; those that die again meanwhile are not taken twice. */
    Future<Long> redrive(QueueDispatcher source, List<String> ids, QueueDispatcher target) {
        return redrive(source, ids, target, 0, 0);
    }

    private Future<Long> redrive(
            QueueDispatcher source, List<String> ids, QueueDispatcher target, long after, long sum) {
        return broker.loop()
                .hop(deadLetters.find(source.definition().id(), ids, after, ROWS))
                .compose(found -> {
                    if (found.isEmpty()) {
                        return Future.succeededFuture(sum);
                    }
                    long last = found.get(found.size() - 1).id();
                    return commit(found, target)
                            .compose(stored -> !stored
                                    // Somebody else took some of them meanwhile: look again.
                                    ? redrive(source, ids, target, after, sum)
                                    : found.size() < ROWS
                                            ? Future.succeededFuture(sum + found.size())
                                            : redrive(source, ids, target, last, sum + found.size()));
                });
    }

    private Future<Boolean> commit(List<DeadLetter> found, QueueDispatcher target) {
        List<Long> rows = found.stream().map(DeadLetter::id).toList();
        List<MessageRecord> records =
                found.stream().map(letter -> revive(letter.record())).toList();
        return broker.commits().redrive(target, rows, records);
    }

    private static MessageRecord revive(MessageRecord record) {
        return record.toBuilder()
                .attempts(0)
                .firstFailedAtMillis(MessageRecord.NONE)
                .ttlMillis(MessageRecord.NONE)
                .delayMillis(MessageRecord.NONE)
                .deliverAtMillis(MessageRecord.NONE)
                .build();
    }
}
