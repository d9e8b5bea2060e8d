package dev.postrider.broker.queue;

import dev.postrider.protocol.TextDuration;

/**
 * The settings of a queue that this version honours. Durations keep the text they were given in. Components that
 * may be null say "no limit" or "none".
 *
 * @param lease how long a consumer may hold a message unsettled, unless it asks otherwise
 * @param maxAttempts 1 up; a message that failed so often is dead-lettered
 * @param retryInitialDelay see {@link RetryPolicy}
 * @param retryMultiplier see {@link RetryPolicy}
 * @param retryMaxDelay see {@link RetryPolicy}
 * @param retryJitter see {@link RetryPolicy}
 * @param ttl lifetime of messages that name none; may be null
 * @param maxMessages unsettled messages the queue may hold; may be null
 * @param deduplicationWindow how long a deduplication key is remembered
 * @param deadLetterQueue where dead letters go instead of the queue's own; may be null
 */
public record QueueSettings(
        TextDuration lease,
        int maxAttempts,
        TextDuration retryInitialDelay,
        double retryMultiplier,
        TextDuration retryMaxDelay,
        double retryJitter,
        TextDuration ttl,
        Long maxMessages,
        TextDuration deduplicationWindow,
        String deadLetterQueue) {
    /** The defaults of the API. */
    public static final QueueSettings DEFAULTS = new QueueSettings(
            TextDuration.ofMillis(30_000),
            5,
            TextDuration.ofMillis(1_000),
            2.0,
            TextDuration.ofMillis(600_000),
            0.2,
            null,
            null,
            TextDuration.ofMillis(300_000),
            null);

    public RetryPolicy retry() {
        return new RetryPolicy(retryInitialDelay.millis(), retryMultiplier, retryMaxDelay.millis(), retryJitter);
    }
}
