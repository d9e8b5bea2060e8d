package dev.postrider.benchmarks.features;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** Counts events by tenths of a second from a moment on, to see rates of windows. Safe for any thread. */
final class Windows {
    private static final long TENTH_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final long fromNanos;
    private final AtomicIntegerArray tenths;

    /** @param length what happens later is not counted */
    Windows(long fromNanos, Duration length) {
        this.fromNanos = fromNanos;
        this.tenths = new AtomicIntegerArray((int) (length.toNanos() / TENTH_NANOS));
    }

    void happened(long nanos) {
        long tenth = Math.floorDiv(nanos - fromNanos, TENTH_NANOS);
        if (tenth >= 0 && tenth < tenths.length()) {
            tenths.incrementAndGet((int) tenth);
        }
    }

    /** The most events in a window of so many tenths, wherever it begins; 0 if there is no such window. */
    int most(int window) {
        int most = 0;
        for (int i = 0; i + window <= tenths.length(); i++) {
            most = Math.max(most, sum(i, window));
        }
        return most;
    }

    /** The fewest; the same. */
    int fewest(int window) {
        int fewest = window <= tenths.length() ? Integer.MAX_VALUE : 0;
        for (int i = 0; i + window <= tenths.length(); i++) {
            fewest = Math.min(fewest, sum(i, window));
        }
        return fewest;
    }

    private int sum(int from, int window) {
        int sum = 0;
        for (int i = from; i < from + window; i++) {
            sum += tenths.get(i);
        }
        return sum;
    }
}
