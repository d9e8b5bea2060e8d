package dev.postrider.broker.queue;

/**
 * Exponential backoff with jitter.
 *
 * @param initialDelayMillis delay after the first failed attempt, 0 up
 * @param multiplier growth per attempt, 1 up
 * @param maxDelayMillis no delay is longer, before jitter
 * @param jitter 0 to 1: a delay d becomes uniform in d·(1 − jitter) to d·(1 + jitter)
 */
public record RetryPolicy(long initialDelayMillis, double multiplier, long maxDelayMillis, double jitter) {
    /**
     * The delay before the next attempt.
     *
     * @param attempt the attempt that failed, from 1
     * @param random uniform in 0 (inclusive) to 1 (exclusive)
     * @return milliseconds, 0 up
     */
    public long delayMillis(int attempt, double random) {
        double exponential = initialDelayMillis * Math.pow(multiplier, Math.max(0, attempt - 1));
        double capped = Math.min(exponential, maxDelayMillis);
        return Math.round(capped * (1 + jitter * (2 * random - 1)));
    }
}
