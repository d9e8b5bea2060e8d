package dev.postrider.broker.dispatch;

import dev.postrider.broker.delivery.ClaimedRange;
import dev.postrider.broker.store.ClaimedDelivery;
import dev.postrider.protocol.codec.RecordBatchReader;
import dev.postrider.protocol.codec.RecordFormatException;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * Fetches deliveries for one queue: asks for exactly the unmet credit, asks again at once while full answers come,
 * and is caught up after a short one, until it is woken. Runs on the broker's event loop.
 */
final class Claims {
    private static final Logger LOG = Logger.getLogger(Claims.class);
    /** One claim moves at most so many records: more would only lie in memory. */
    private static final int CLAIM_MAX = 20_000;

    private static final long RETRY_MILLIS = 250;
    private static final long ROOM_MILLIS = 50;

    private final Engine engine;
    private final QueueDispatcher queue;
    private boolean mayHaveWork = true;
    private boolean underWay;
    private boolean waitingForRoom;
    private long wakes;

    Claims(Engine engine, QueueDispatcher queue) {
        this.engine = engine;
        this.queue = queue;
    }

    void wake() {
        mayHaveWork = true;
        wakes++;
    }

    /** True if nothing was ready at the last look, and nothing has happened since. */
    boolean isCaughtUp() {
        return !mayHaveWork && !underWay;
    }

    boolean isQuiet() {
        return !underWay;
    }

    /** Claims what is wanted, unless a claim is under way or there is nothing to be had. */
    void claim() {
        long wanted = Math.min(CLAIM_MAX, queue.unmetCredit());
        if (underWay || !mayHaveWork || wanted <= 0) {
            return;
        }
        if (engine.held().isFull()) {
            lookAgainWhenThereIsRoom();
            return;
        }
        underWay = true;
        engine.activity().begin();
        long wakesBefore = wakes;
        int queueId = queue.definition().id();
        long owner = engine.session().brokerId();
        long askedNanos = engine.loop().monotonicNanos();
        engine.loop()
                .attempt(() -> engine.store().claim(queueId, owner, (int) wanted))
                .onComplete(done -> {
                    engine.activity().end(done.succeeded());
                    if (done.failed()) {
                        LOG.debugf(
                                done.cause(),
                                "Queue %s could not be claimed from",
                                queue.definition().name());
                        retryLater();
                    } else {
                        engine.listener()
                                .claimed(done.result().size(), engine.loop().monotonicNanos() - askedNanos);
                        // A claim is bounded by rows and bytes too, so only an empty one says that nothing is there.
                        mayHaveWork = !done.result().isEmpty() || wakes != wakesBefore;
                        load(done.result(), owner, true);
                    }
                });
    }

    /** Takes in a delivery that is owned already. */
    void adopt(ClaimedDelivery delivery) {
        load(List.of(delivery), engine.session().brokerId(), false);
    }

    private void lookAgainWhenThereIsRoom() {
        if (!waitingForRoom) {
            waitingForRoom = true;
            engine.loop().timer(ROOM_MILLIS, () -> {
                waitingForRoom = false;
                queue.pump();
            });
        }
    }

    private void retryLater() {
        engine.loop().timer(RETRY_MILLIS, () -> {
            underWay = false;
            queue.wake();
        });
    }

    /** {@code claimed} false: the deliveries did not come from the claim under way. */
    private void load(List<ClaimedDelivery> deliveries, long owner, boolean claimed) {
        List<Long> missing = deliveries.stream()
                .map(ClaimedDelivery::chunkId)
                .filter(id -> engine.cache().get(id) == null)
                .distinct()
                .toList();
        if (missing.isEmpty()) {
            takeIn(deliveries, Map.of(), owner, claimed);
            return;
        }
        engine.loop().attempt(() -> engine.store().readChunks(missing)).onComplete(done -> {
            if (done.succeeded()) {
                takeIn(deliveries, done.result(), owner, claimed);
            } else {
                // The deliveries are ours by now, so there is no way but to read them.
                engine.loop().timer(RETRY_MILLIS, () -> load(deliveries, owner, claimed));
            }
        });
    }

    private void takeIn(List<ClaimedDelivery> deliveries, Map<Long, byte[]> chunks, long owner, boolean claimed) {
        underWay &= !claimed;
        if (owner == engine.session().brokerId()) {
            deliveries.forEach(delivery -> takeIn(delivery, chunks));
        }
        queue.pump();
    }

    private void takeIn(ClaimedDelivery delivery, Map<Long, byte[]> chunks) {
        try {
            RecordBatchReader records = engine.cache().get(delivery.chunkId());
            if (records == null && chunks.get(delivery.chunkId()) != null) {
                records = RecordBatchReader.of(chunks.get(delivery.chunkId()));
                engine.cache().put(delivery.chunkId(), records);
            }
            if (records == null) {
                LOG.errorf(
                        "Chunk %d of queue %s is missing",
                        delivery.chunkId(), queue.definition().name());
                return;
            }
            queue.add(new ClaimedRange(
                    delivery.queueId(),
                    delivery.chunkId(),
                    delivery.first(),
                    records,
                    delivery.count(),
                    delivery.priority(),
                    new ClaimedRange.Progress(delivery.attempts(), delivery.settled())));
        } catch (RecordFormatException e) {
            LOG.errorf(
                    e,
                    "Chunk %d of queue %s cannot be read",
                    delivery.chunkId(),
                    queue.definition().name());
        }
    }
}
