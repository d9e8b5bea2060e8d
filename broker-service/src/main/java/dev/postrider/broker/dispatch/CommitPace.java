package dev.postrider.broker.dispatch;

import java.util.Arrays;

/**
 * Tells when another commit pays. What a small commit costs is its fsync and a few turns of everybody's threads, so at
 * a low rate the number of commits is what latency is made of: a settlement goes with the next publish where one is
 * about to come, and a second commit beside one under way begins only where there is much to write, or commits take
 * long.
 *
 * <p>Pure; used from the broker's event loop. Times are milliseconds of the loop's clock.
 */
final class CommitPace {
    /** How long a settlement waits for a publish at most. */
    static final long HOLD_MILLIS = 2;

    /** So many bytes are worth a commit of their own beside another. */
    static final long MANY_BYTES = 64 << 10;

    /** A commit of so many milliseconds is not worth waiting for. */
    private static final long LONG_MILLIS = 3;

    /** Publishes that must have come in as many times the hold, for one more to be expected. */
    private static final int PUBLISHES = 4;

    /** After a settlement has waited in vain; twice as long after each further time, until a publish comes. */
    private static final long PAUSE_MILLIS_MIN = 4;

    private static final long PAUSE_MILLIS_MAX = 1_000;

    private static final int SMOOTHING = 8;

    private final long[] publishedAt = new long[PUBLISHES];
    private int oldest;
    private long pausedUntilMillis = Long.MIN_VALUE;
    private long pauseMillis = PAUSE_MILLIS_MIN;
    /** A mean of the last few, times {@link #SMOOTHING}. */
    private long smoothedMillis;

    CommitPace() {
        Arrays.fill(publishedAt, Long.MIN_VALUE / 2);
    }

    void published(long nowMillis) {
        publishedAt[oldest] = nowMillis;
        oldest = (oldest + 1) % PUBLISHES;
    }

    void committed(long millis) {
        smoothedMillis += millis - smoothedMillis / SMOOTHING;
    }

    /** True if a publish is likely to come while a settlement may wait. */
    boolean expectsPublish(long nowMillis) {
        return nowMillis >= pausedUntilMillis && nowMillis - publishedAt[oldest] <= PUBLISHES * HOLD_MILLIS;
    }

    /** A settlement has waited and no publish came. */
    void waitedInVain(long nowMillis) {
        pausedUntilMillis = nowMillis + pauseMillis;
        pauseMillis = Math.min(PAUSE_MILLIS_MAX, pauseMillis * 2);
    }

    /** A settlement has waited and goes with a publish. */
    void waitedWell() {
        pauseMillis = PAUSE_MILLIS_MIN;
    }

    /** True if one more commit pays beside those under way, the largest of which writes so many bytes. */
    boolean overlaps(long bytesUnderWay, long bytesWaiting) {
        return Math.max(bytesUnderWay, bytesWaiting) >= MANY_BYTES || smoothedMillis >= LONG_MILLIS * SMOOTHING;
    }
}
