package dev.postrider.broker.dispatch;

/** How fast records of one queue are settled here, of late. Not thread-safe. */
final class SettleRate {
    private static final long WINDOW_MILLIS = 50;

    private long sinceMillis;
    private long count;
    private double perMilli;

    SettleRate(long nowMillis) {
        sinceMillis = nowMillis;
    }

    /** So many records were settled. */
    void settled(int records, long nowMillis) {
        turn(nowMillis);
        count += records;
    }

    /** How many will be in so many milliseconds, if it goes on like this. */
    long in(long millis, long nowMillis) {
        turn(nowMillis);
        return (long) (perMilli * millis);
    }

    private void turn(long nowMillis) {
        long elapsed = nowMillis - sinceMillis;
        if (elapsed >= WINDOW_MILLIS) {
            perMilli = (double) count / elapsed;
            count = 0;
            sinceMillis = nowMillis;
        }
    }
}
