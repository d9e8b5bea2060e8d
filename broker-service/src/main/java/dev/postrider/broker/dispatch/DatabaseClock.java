package dev.postrider.broker.dispatch;

/**
 * The database's clock as this broker knows it: the last reading, carried on by the monotonic clock. Brokers' own
 * wall clocks may be minutes off and are not used.
 */
final class DatabaseClock {
    private final EventLoop loop;
    private long offsetMillis;

    DatabaseClock(EventLoop loop) {
        this.loop = loop;
    }

    /** Takes a reading that has just arrived. */
    void set(long databaseMillis) {
        offsetMillis = databaseMillis - loop.monotonicMillis();
    }

    /** Milliseconds since 1970. May step when a reading arrives. */
    long nowMillis() {
        return loop.monotonicMillis() + offsetMillis;
    }
}
