package dev.postrider.broker.store.postgres;

import dev.postrider.broker.store.ClaimedDelivery;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * From where on the claims of one queue look. As a rule from the beginning: what was claimed before has gone from the
 * index. But where somebody holds an old snapshot nothing goes, and a claim from the beginning walks all that was
 * ever claimed since. Once that is seen to take longer than it must, claims start a little before the last place where
 * they found something, and only some start from the beginning, for what was given back, came due or was committed
 * late. What a claim must take is learnt from a few that start there anyway: how busy the machine is tells in both.
 *
 * <p>Thread-safe.
 */
final class ClaimStarts {
    private static final int PRIORITIES = 10;
    /** From the beginning it may take so many times as long for each delivery that is found, */
    private static final double SLOW_FACTOR = 1.5;
    /** and so much more, before it is a burden. */
    private static final double SLOW_NANOS = 300_000;
    /** One in so many claims starts near the last find though it need not. */
    private static final int SAMPLE_EVERY = 16;
    /** Commits take less, as a rule: what was made so long before the newest chunk is stored. In chunk ids. */
    private static final long OVERLAP = 500L << 22;
    /** Walks that are a burden get so small a share of the time that they are far fewer than one claim in a hundred. */
    private static final int REST_FACTOR = 500;
    /** How long something that only they find may wait for one. */
    private static final long REST_MILLIS_MAX = 5_000;

    private final Pace fromBeginning = new Pace(REST_FACTOR, REST_MILLIS_MAX);
    private final long[] starts = beginning();
    private final Average wholeNanos = new Average();
    private final Average shortNanos = new Average();
    private int walks;
    private long newestChunk = Long.MIN_VALUE;

    private static long[] beginning() {
        long[] starts = new long[PRIORITIES];
        Arrays.fill(starts, Long.MIN_VALUE);
        return starts;
    }

    /**
     * A claim that is about to be made.
     *
     * @param chunkIds for each priority, the chunk id from which on to look
     * @param isWhole true if it looks from the beginning
     */
    record Walk(long[] chunkIds, boolean isWhole) {}

    /**
     * Where the next claim looks.
     *
     * @param newestStored the newest chunk that this broker has stored
     */
    synchronized Walk next(long nowNanos, long newestStored) {
        newestChunk = Math.max(newestChunk, newestStored);
        boolean whole = isSlow() ? fromBeginning.isDue(nowNanos) : ++walks % SAMPLE_EVERY != 0;
        return new Walk(whole ? beginning() : starts.clone(), whole);
    }

    /** True if walks from the beginning are a burden: not every claim that finds nothing is worth one. */
    synchronized boolean isSlow() {
        return wholeNanos.isKnown()
                && shortNanos.isKnown()
                && wholeNanos.value() > SLOW_FACTOR * shortNanos.value() + SLOW_NANOS;
    }

    /** A claim has ended well. */
    synchronized void walked(Walk walk, List<ClaimedDelivery> claimed, long nowNanos, long tookNanos) {
        double nanosPerFind = (double) tookNanos / (claimed.size() + 1);
        if (walk.isWhole()) {
            wholeNanos.add(nanosPerFind);
            fromBeginning.looked(nowNanos, tookNanos);
        } else {
            shortNanos.add(nanosPerFind);
        }
        newestChunk = Math.max(newestChunk, newest(claimed));
        for (ClaimedDelivery delivery : claimed) {
            advance(delivery.priority(), Math.min(delivery.chunkId(), newestChunk - OVERLAP));
        }
        if (claimed.isEmpty() && newestChunk > 0) {
            for (int priority = 0; priority < PRIORITIES; priority++) {
                advance(priority, newestChunk - OVERLAP);
            }
        }
    }

    private void advance(int priority, long chunkId) {
        starts[priority] = Math.max(starts[priority], chunkId);
    }

    /** Of the last dozen or so. */
    private static final class Average {
        private static final double WEIGHT = 1.0 / 8;
        /** A single walk may have met a busy moment. */
        private static final int KNOWN_FROM = 4;

        private int count;
        private double value;

        void add(double nanos) {
            count++;
            value += (nanos - value) * Math.max(WEIGHT, 1.0 / count);
        }

        boolean isKnown() {
            return count >= KNOWN_FROM;
        }

        double value() {
            return value;
        }
    }

    private static long newest(Collection<ClaimedDelivery> claimed) {
        return claimed.stream().mapToLong(ClaimedDelivery::chunkId).max().orElse(Long.MIN_VALUE);
    }
}
