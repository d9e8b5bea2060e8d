package dev.postrider.broker.dispatch;

/**
 * The database's clock as this broker knows it, carried on by the monotonic clock between readings. Brokers' own wall
 * clocks may be minutes off and are not used.
 *
 * <p>The database read its clock at some time between the question and the answer, so each reading says within which
 * bounds the clock is ahead of ours; what all of them agree on is as exact as the fastest answer of late, however slow
 * the others were (K. Marzullo, S. Owicki, "Maintaining the time in a distributed system", 1983).
 */
final class DatabaseClock {
    /** How much faster one clock may run than the other, in millionths: NTP slews each by 500 at most. */
    private static final long DRIFT_PPM = 1_000;

    private final EventLoop loop;
    private long aheadMin;
    private long aheadMax;
    private long readMillis = Long.MIN_VALUE;

    DatabaseClock(EventLoop loop) {
        this.loop = loop;
    }

    /** Takes a reading that has just arrived and was asked for at {@code askedMillis} of the monotonic clock. */
    void set(long askedMillis, long databaseMillis) {
        long now = loop.monotonicMillis();
        long min = databaseMillis - now;
        long max = databaseMillis - askedMillis;
        if (readMillis != Long.MIN_VALUE) {
            long drift = 1 + (now - readMillis) * DRIFT_PPM / 1_000_000;
            long agreedMin = Math.max(min, aheadMin - drift);
            long agreedMax = Math.min(max, aheadMax + drift);
            // Otherwise the clock was set since, or is that of another server.
            if (agreedMin <= agreedMax) {
                min = agreedMin;
                max = agreedMax;
            }
        }
        aheadMin = min;
        aheadMax = max;
        readMillis = now;
    }

    long monotonicMillis() {
        return loop.monotonicMillis();
    }

    /** Milliseconds since 1970. May step when a reading arrives. */
    long nowMillis() {
        return loop.monotonicMillis() + aheadMin + (aheadMax - aheadMin) / 2;
    }
}
