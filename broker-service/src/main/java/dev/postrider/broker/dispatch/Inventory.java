package dev.postrider.broker.dispatch;

import dev.postrider.broker.delivery.ClaimedRange;
import dev.postrider.broker.dispatch.Activity.DeliveryKey;
import dev.postrider.broker.store.ClaimedDelivery;
import dev.postrider.broker.store.NewDelivery;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What of one partitioned queue the database holds for this broker, and what of it is in memory or about to come
 * there. Runs on the broker's event loop.
 */
final class Inventory {
    private static final long LOADING_MILLIS = 10;

    private final Engine engine;
    private final QueueDispatcher queue;
    private final Claims claims;
    private final Set<DeliveryKey> addedMeanwhile = new HashSet<>();
    /** On their way to the database, to be taken in when they are stored. */
    private final Set<DeliveryKey> expected = new HashSet<>();
    /** To the database, what this broker owns. */
    private int questions;

    Inventory(Engine engine, QueueDispatcher queue, Claims claims) {
        this.engine = engine;
        this.queue = queue;
        this.claims = claims;
    }

    /** True while something that this broker owns may be missing in memory. */
    boolean isUnderWay() {
        return questions > 0;
    }

    /** A range has come into memory. */
    void added(ClaimedRange range) {
        if (questions > 0) {
            addedMeanwhile.add(new DeliveryKey(range.queueId(), range.chunkId(), range.first()));
        }
    }

    /** The delivery is about to be stored, and to come into memory then. */
    void expect(long chunkId, NewDelivery delivery) {
        expected.add(new DeliveryKey(delivery.queueId(), chunkId, delivery.first()));
    }

    void stopExpecting(long chunkId, NewDelivery delivery) {
        expected.remove(new DeliveryKey(delivery.queueId(), chunkId, delivery.first()));
    }

    /**
     * Asks the database what this broker owns, and takes in what is of this queue and not here; completes when that
     * is in memory, so that nothing is handed out before what it has to wait for.
     */
    Future<List<ClaimedDelivery>> takeIn() {
        Promise<List<ClaimedDelivery>> done = Promise.promise();
        questions++;
        ask(done);
        return done.future().onComplete(any -> {
            questions--;
            queue.pump();
        });
    }

    /** While a claim is on its way, what it takes is not here either; no further one begins before the answer. */
    private void ask(Promise<List<ClaimedDelivery>> done) {
        if (!claims.isQuiet()) {
            engine.loop().timer(LOADING_MILLIS, () -> ask(done));
            return;
        }
        long owner = engine.session().brokerId();
        Set<DeliveryKey> known = known();
        if (questions == 1) {
            addedMeanwhile.clear();
        }
        engine.loop().attempt(() -> engine.store().owned(owner)).onComplete(answer -> {
            if (answer.failed()) {
                done.fail(answer.cause());
                return;
            }
            if (owner == engine.session().brokerId() && !queue.isClosed()) {
                known.addAll(known());
                known.addAll(addedMeanwhile);
                List<ClaimedDelivery> unknown = answer.result().stream()
                        .filter(delivery ->
                                delivery.queueId() == queue.definition().id())
                        .filter(delivery -> !known.contains(keyOf(delivery)))
                        .toList();
                if (!unknown.isEmpty()) {
                    claims.adopt(unknown);
                }
            }
            completeOnceLoaded(done, answer.result());
        });
    }

    private void completeOnceLoaded(Promise<List<ClaimedDelivery>> loaded, List<ClaimedDelivery> owned) {
        if (claims.loading().isEmpty()) {
            loaded.complete(owned);
        } else {
            engine.loop().timer(LOADING_MILLIS, () -> completeOnceLoaded(loaded, owned));
        }
    }

    private Set<DeliveryKey> known() {
        Set<DeliveryKey> known = new HashSet<>();
        for (ClaimedRange range : queue.core().ranges()) {
            known.add(new DeliveryKey(range.queueId(), range.chunkId(), range.first()));
        }
        claims.loading().forEach(delivery -> known.add(keyOf(delivery)));
        known.addAll(expected);
        return known;
    }

    private static DeliveryKey keyOf(ClaimedDelivery delivery) {
        return new DeliveryKey(delivery.queueId(), delivery.chunkId(), delivery.first());
    }
}
