package dev.postrider.broker.queue;

import dev.postrider.protocol.TextDuration;

/**
 * The settings of a queue. Durations keep the text they were given in. Components that may be null say "none".
 *
 * @param lease how long a consumer may hold a message unsettled, unless it asks otherwise
 * @param maxAttempts 1 up; a message that failed so often is dead-lettered
 * @param backoff when a failed message comes again
 * @param ttl lifetime of messages that name none; may be null
 * @param limits what bounds the queue
 * @param precedence which messages go first
 * @param deduplicationWindow how long a deduplication key is remembered
 * @param deadLetterQueue where dead letters go instead of the queue's own; may be null
 * @param durability what its messages survive
 */
public record QueueSettings(
        TextDuration lease,
        int maxAttempts,
        Backoff backoff,
        TextDuration ttl,
        Limits limits,
        Precedence precedence,
        TextDuration deduplicationWindow,
        String deadLetterQueue,
        Durability durability) {
    /** The defaults of the API. */
    public static final QueueSettings DEFAULTS = new QueueSettings(
            TextDuration.ofMillis(30_000),
            5,
            new Backoff(TextDuration.ofMillis(1_000), 2.0, TextDuration.ofMillis(600_000), 0.2),
            null,
            Limits.NONE,
            Precedence.NONE,
            TextDuration.ofMillis(300_000),
            null,
            Durability.DURABLE);

    /** The parameters of a {@link RetryPolicy} as they were given. */
    public record Backoff(TextDuration initialDelay, double multiplier, TextDuration maxDelay, double jitter) {}

    /** The same with another precedence. */
    public QueueSettings withPrecedence(Precedence value) {
        return new QueueSettings(
                lease, maxAttempts, backoff, ttl, limits, value, deduplicationWindow, deadLetterQueue, durability);
    }

    /** The same with other bounds. */
    public QueueSettings withLimits(Limits value) {
        return new QueueSettings(
                lease, maxAttempts, backoff, ttl, value, precedence, deduplicationWindow, deadLetterQueue, durability);
    }

    /** True if its messages lie in partitions by key, each of which is served by one broker. */
    public boolean isPartitioned() {
        return precedence.ordering() != Ordering.NONE || limits.maxInFlightPerKey() != null;
    }

    /**
     * True if messages that were stored under the other settings lie as these say; else only an empty queue changes.
     */
    public boolean isArrangedAs(QueueSettings other) {
        return precedence.ordering() == other.precedence.ordering() && isPartitioned() == other.isPartitioned();
    }

    public RetryPolicy retry() {
        return new RetryPolicy(
                backoff.initialDelay.millis(), backoff.multiplier, backoff.maxDelay.millis(), backoff.jitter);
    }
}
