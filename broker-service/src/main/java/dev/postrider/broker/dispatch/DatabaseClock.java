package dev.postrider.broker.dispatch;

/**
 * The database's clock as this broker knows it: the last reading, carried on by the monotonic clock. Brokers' own
 * wall clocks may be minutes off and are not used.
 */
final class DatabaseClock {
    /** An answer that took longer says little about the time. */
    private static final long SLOW_MILLIS = 500;
    /** After so long without a good reading, a slow one is better than none. */
    private static final long GOOD_FOR_MILLIS = 60_000;

    private final EventLoop loop;
    private long offsetMillis;
    private long readMillis = Long.MIN_VALUE;

    DatabaseClock(EventLoop loop) {
        this.loop = loop;
    }

    /** Takes a reading that has just arrived. */
    void set(long databaseMillis) {
        readMillis = loop.monotonicMillis();
        offsetMillis = databaseMillis - readMillis;
    }

    /**
     * Takes a reading that was asked for at {@code askedMillis} of the monotonic clock. One that took long, since the
     * database or this process stood still, is worth less than an older good one.
     */
    void set(long askedMillis, long databaseMillis) {
        long now = loop.monotonicMillis();
        boolean isSlow = now - askedMillis > SLOW_MILLIS;
        if (!isSlow || readMillis == Long.MIN_VALUE || now - readMillis > GOOD_FOR_MILLIS) {
            readMillis = isSlow ? readMillis : now;
            offsetMillis = databaseMillis - (askedMillis + (now - askedMillis) / 2);
        }
    }

    long monotonicMillis() {
        return loop.monotonicMillis();
    }

    /** Milliseconds since 1970. May step when a reading arrives. */
    long nowMillis() {
        return loop.monotonicMillis() + offsetMillis;
    }
}
