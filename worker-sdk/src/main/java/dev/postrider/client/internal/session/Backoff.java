package dev.postrider.client.internal.session;

import java.util.function.DoubleSupplier;

/**
 * How long to wait before the next try: twice as long each time, between two bounds, and then a random half to all of
 * it, so that many clients of one broker do not come back at the same moment. Pure but for the given randomness.
 */
final class Backoff {
    private static final int DOUBLINGS_MAX = 30;

    private final long firstMillis;
    private final long longestMillis;
    private final DoubleSupplier random;
    private int failures;

    /** @param random answers 0 to below 1 */
    Backoff(long firstMillis, long longestMillis, DoubleSupplier random) {
        this.firstMillis = firstMillis;
        this.longestMillis = Math.max(firstMillis, longestMillis);
        this.random = random;
    }

    /** The wait after one more failure, in milliseconds. */
    long next() {
        return next(0);
    }

    /** The same, and not less than {@code leastMillis}, to which as much is added at random. */
    long next(long leastMillis) {
        long whole = Math.min(longestMillis, firstMillis << Math.min(failures, DOUBLINGS_MAX));
        failures = Math.min(failures + 1, DOUBLINGS_MAX);
        double half = Math.max(leastMillis, whole / 2.0);
        return Math.round(half + half * random.getAsDouble());
    }

    /** It worked: begin with the shortest wait again. */
    void reset() {
        failures = 0;
    }
}
