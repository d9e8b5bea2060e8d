package dev.postrider.benchmarks.features;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many messages of a queue were in flight at once, as far as consumers can know for sure: from the receipt of one
 * until right before it is settled. What the consumers of a broker held when it died stays in flight until the broker
 * was last seen in the database's list of brokers. Safe for any thread.
 */
final class InFlight {
    private final Queue<Change> changes = new ConcurrentLinkedQueue<>();
    private final Queue<Life> dead = new ConcurrentLinkedQueue<>();

    private record Change(long nanos, int by) {}

    /** One life of a broker, from its start until it is killed. */
    static final class Life {
        private final AtomicInteger held = new AtomicInteger();
        private volatile long lastSeenNanos;
        private volatile boolean ended;

        boolean hasEnded() {
            return ended;
        }

        /** It is about to be killed: nothing that it handed out is settled from now on. */
        void end(long nanos) {
            lastSeenNanos = nanos;
            ended = true;
        }

        /** It is still listed as a broker. */
        void seen(long nanos) {
            lastSeenNanos = nanos;
        }
    }

    /** A consumer got a message from that broker. */
    void taken(Life life) {
        life.held.incrementAndGet();
        changes.add(new Change(System.nanoTime(), 1));
    }

    /** A consumer is about to settle one. */
    void released(Life life) {
        life.held.decrementAndGet();
        changes.add(new Change(System.nanoTime(), -1));
    }

    /** Its messages are to be looked at, too. */
    void died(Life life) {
        dead.add(life);
    }

    /** The most at once. Called when nothing happens any more. */
    int most() {
        List<Change> all = new ArrayList<>(changes);
        dead.forEach(life -> all.add(new Change(life.lastSeenNanos, -life.held.get())));
        // Of what happened at the same time, what ended comes first: nothing is counted that may not have been.
        all.sort(Comparator.comparingLong(Change::nanos).thenComparingInt(Change::by));
        int most = 0;
        int now = 0;
        for (Change change : all) {
            now += change.by();
            most = Math.max(most, now);
        }
        return most;
    }
}
