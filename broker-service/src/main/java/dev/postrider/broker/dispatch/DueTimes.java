package dev.postrider.broker.dispatch;

/**
 * Rounds times up, so that records of one commit that are due at about the same time share a delivery row: never
 * early, late by at most a hundredth of the delay and at most a second.
 */
final class DueTimes {
    private static final long EXPIRY_STEP_MILLIS = 1_000;
    private static final long STEP_MAX_MILLIS = 1_000;
    private static final long STEP_MIN_MILLIS = 10;

    private DueTimes() {}

    /** A due time, 0 for "ready at once" included. */
    static long readyAt(long millis, long nowMillis) {
        if (millis <= nowMillis) {
            return 0;
        }
        long step = Math.max(STEP_MIN_MILLIS, Math.min(STEP_MAX_MILLIS, (millis - nowMillis) / 100));
        return roundUp(millis, step);
    }

    /** When a delivery row may go because all of it has expired; single records are checked to the millisecond. */
    static long expiresAt(long millis) {
        return millis == 0 ? 0 : roundUp(millis, EXPIRY_STEP_MILLIS);
    }

    private static long roundUp(long millis, long step) {
        return (millis + step - 1) / step * step;
    }
}
