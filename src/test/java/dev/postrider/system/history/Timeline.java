package dev.postrider.system.history;

import java.util.Arrays;

/**
 * When things went well, to the millisecond: by it the longest time in which nothing did is told. Bounded by time, not
 * by load: a moment is kept once. Thread-safe.
 */
public final class Timeline {
    private static final long STEP_NANOS = 1_000_000;

    private long[] moments = new long[1_024];
    private int count;

    /** Something went well at {@code nanos} of {@link System#nanoTime()}. */
    public synchronized void add(long nanos) {
        if (count > 0 && nanos - moments[count - 1] < STEP_NANOS) {
            return;
        }
        if (count == moments.length) {
            moments = Arrays.copyOf(moments, count * 2);
        }
        moments[count++] = nanos;
    }

    /** The longest time without, from one moment to another. */
    public synchronized long longestGap(long from, long to) {
        long longest = 0;
        long last = from;
        for (int i = 0; i < count && moments[i] <= to; i++) {
            if (moments[i] > from) {
                longest = Math.max(longest, moments[i] - last);
                last = moments[i];
            }
        }
        return Math.max(longest, to - last);
    }

    /** The first moment after {@code from}; {@link Long#MAX_VALUE} if there is none yet. */
    public synchronized long firstAfter(long from) {
        for (int i = count - 1; i >= 0; i--) {
            if (moments[i] <= from) {
                return i + 1 < count ? moments[i + 1] : Long.MAX_VALUE;
            }
        }
        return count > 0 ? moments[0] : Long.MAX_VALUE;
    }
}
