package dev.postrider.broker.delivery;

import java.util.ArrayDeque;

/**
 * Places in time that a broker was granted to hand out a message each, in order. Not thread-safe; time is the caller's,
 * in nanoseconds from any origin.
 */
public final class Allowance {
    /** A place that was not taken for so long is void: taken later, it would make up a burst. */
    private static final long LATE_NANOS = 250_000_000;

    private final ArrayDeque<Grant> grants = new ArrayDeque<>();

    /** What came together, the taken places gone from its beginning. */
    private static final class Grant {
        private final long intervalNanos;
        private long firstNanos;
        private int count;

        Grant(long firstNanos, long intervalNanos, int count) {
            this.firstNanos = firstNanos;
            this.intervalNanos = intervalNanos;
            this.count = count;
        }

        /** Places up to that time. */
        int upTo(long nanos) {
            return nanos < firstNanos ? 0 : (int) Math.min(count, (nanos - firstNanos) / intervalNanos + 1);
        }

        void take(int places) {
            firstNanos += places * intervalNanos;
            count -= places;
        }

        long lastNanos() {
            return firstNanos + (count - 1) * intervalNanos;
        }
    }

    /** Adds places behind those that are there. */
    public void add(long firstNanos, long intervalNanos, int count) {
        if (count > 0) {
            grants.add(new Grant(firstNanos, intervalNanos, count));
        }
    }

    /** How many messages may be handed out now. */
    public int due(long nowNanos) {
        int due = 0;
        for (Grant grant : grants) {
            grant.take(grant.upTo(nowNanos - LATE_NANOS));
            due += grant.upTo(nowNanos);
        }
        dropEmpty();
        return due;
    }

    /** So many were handed out, {@link #due} at most. */
    public void take(int messages) {
        int left = messages;
        for (Grant grant : grants) {
            int taken = Math.min(left, grant.count);
            grant.take(taken);
            left -= taken;
        }
        dropEmpty();
        if (left > 0) {
            throw new IllegalStateException("There were " + left + " places less than messages handed out");
        }
    }

    /** Places that are left. */
    public int open() {
        int open = 0;
        for (Grant grant : grants) {
            open += grant.count;
        }
        return open;
    }

    /** When the next place is; {@link Long#MAX_VALUE}: there is none. */
    public long nextNanos() {
        return grants.isEmpty() ? Long.MAX_VALUE : grants.peekFirst().firstNanos;
    }

    /** When the last place is; {@link Long#MIN_VALUE}: there is none. */
    public long lastNanos() {
        return grants.isEmpty() ? Long.MIN_VALUE : grants.peekLast().lastNanos();
    }

    /** Forgets all places; answers how much time those of the last grant took that were not taken. */
    public long clear() {
        long unused = grants.isEmpty() ? 0 : grants.peekLast().count * grants.peekLast().intervalNanos;
        grants.clear();
        return unused;
    }

    private void dropEmpty() {
        grants.removeIf(grant -> grant.count == 0);
    }
}
