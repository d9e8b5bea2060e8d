package dev.postrider.broker.dispatch;

import dev.postrider.broker.queue.Precedence;
import dev.postrider.broker.store.NewDelivery;

/**
 * Records of one queue on their way to the database that stay with this broker: promised to its consumers, or
 * failed on an ordered queue. Runs on the broker's event loop.
 */
final class Reservations {
    private final Engine engine;
    private final QueueDispatcher queue;
    private long records;

    Reservations(Engine engine, QueueDispatcher queue) {
        this.engine = engine;
        this.queue = queue;
    }

    /** Promises up to {@code count} records, about to be appended, to local consumers; answers how many. */
    int reserve(int count) {
        int granted = (int) Math.max(0, Math.min(count, promisable()));
        records += granted;
        return granted;
    }

    private long promisable() {
        long waiting = queue.mayPromise() ? queue.claims().waiting() : -1;
        // Where it matters who goes first, nobody overtakes what waits.
        boolean may = waiting == 0
                || waiting > 0 && queue.definition().settings().precedence().equals(Precedence.NONE);
        return may ? queue.core().unmetProspect(engine.loop().monotonicMillis()) - records - waiting : 0;
    }

    /** The records, about to be appended, stay here whoever wants them. */
    void keep(long chunkId, NewDelivery delivery) {
        records += delivery.owed();
        queue.partitions().inventory().expect(chunkId, delivery);
    }

    /** What was promised or kept is stored now, or is not. */
    void end(long chunkId, NewDelivery delivery) {
        records -= delivery.owed();
        if (queue.partitions() != null) {
            queue.partitions().inventory().stopExpecting(chunkId, delivery);
        }
    }

    /** How many records are promised or kept. */
    long records() {
        return records;
    }
}
