package dev.postrider.client;

import dev.postrider.protocol.TextDuration;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A queue's settings. Immutable; what is not set takes the broker's default. The broker judges the values.
 */
public final class QueueOptions {
    private static final QueueOptions DEFAULTS = new QueueOptions(Map.of());

    private final Map<String, Object> settings;

    private QueueOptions(Map<String, Object> settings) {
        this.settings = settings;
    }

    /** Nothing set. */
    public static QueueOptions defaults() {
        return DEFAULTS;
    }

    /** Settings under the names that they have in the API, with JSON values; for what has no method here. */
    public static QueueOptions of(Map<String, Object> settings) {
        return new QueueOptions(Collections.unmodifiableMap(new LinkedHashMap<>(settings)));
    }

    /** One setting under the name that it has in the API, with a JSON value. */
    public QueueOptions with(String name, Object value) {
        Map<String, Object> all = new LinkedHashMap<>(settings);
        all.put(name, value);
        return of(all);
    }

    /** How long a consumer may hold a message unsettled. */
    public QueueOptions withLease(Duration value) {
        return with("lease", text(value));
    }

    /** How often a message is handed out before it becomes a dead letter. */
    public QueueOptions withMaxAttempts(int value) {
        return with("maxAttempts", value);
    }

    /**
     * When a failed message comes again: after {@code initialDelay}, each time {@code multiplier} times later, at
     * most {@code maxDelay}, give or take the {@code jitter} share (0 to 1).
     */
    public QueueOptions withRetry(Duration initialDelay, double multiplier, Duration maxDelay, double jitter) {
        Map<String, Object> retry = new LinkedHashMap<>();
        retry.put("initialDelay", text(initialDelay));
        retry.put("multiplier", multiplier);
        retry.put("maxDelay", text(maxDelay));
        retry.put("jitter", jitter);
        return with("retry", retry);
    }

    /** How long a message is of use, unless it says so itself. */
    public QueueOptions withTtl(Duration value) {
        return with("ttl", text(value));
    }

    /** How many messages the queue holds. */
    public QueueOptions withMaxMessages(long value) {
        return with("maxMessages", value);
    }

    /** How many bytes the queue holds. */
    public QueueOptions withMaxBytes(long value) {
        return with("maxBytes", value);
    }

    /** {@code reject} or {@code drop-oldest}. */
    public QueueOptions withOverflow(String value) {
        return with("overflow", value);
    }

    /** How many messages all brokers together hand out in a time: {@code 100/s}, {@code 6000/m}, {@code 500/h}. */
    public QueueOptions withMaxDeliveryRate(String value) {
        return with("maxDeliveryRate", value);
    }

    /** How many messages may be handed out and not settled, on all brokers together; 1 up. */
    public QueueOptions withMaxInFlight(int value) {
        return with("maxInFlight", value);
    }

    /**
     * How many messages of one key may be handed out and not settled, on all brokers together, in no promised
     * order; 1 up. Messages without a key are not bounded. A queue gets its first bound only while it is empty.
     */
    public QueueOptions withMaxInFlightPerKey(int value) {
        return with("maxInFlightPerKey", value);
    }

    /** A message that has been ready for so long counts as one priority higher, and so on; 1 ms up. */
    public QueueOptions withPriorityAgeing(Duration value) {
        return with("priorityAgeing", text(value));
    }

    /**
     * Whose a message is: {@code key}, or {@code headers.NAME}. Messages of one take turns with those of others.
     * Changes only while the queue is empty; not together with an ordering or priority ageing.
     */
    public QueueOptions withFairness(String value) {
        return with("fairness", value);
    }

    /** {@code none}, {@code key} or {@code strict}. */
    public QueueOptions withOrdering(String value) {
        return with("ordering", value);
    }

    /** How long a deduplication key is remembered. */
    public QueueOptions withDeduplicationWindow(Duration value) {
        return with("deduplicationWindow", text(value));
    }

    /** The queue that gets the dead letters. */
    public QueueOptions withDeadLetterQueue(String value) {
        return with("deadLetterQueue", value);
    }

    /** {@code durable} or {@code relaxed}. */
    public QueueOptions withDurability(String value) {
        return with("durability", value);
    }

    /** What is set, under the names that the API has, with JSON values; unmodifiable. */
    public Map<String, Object> asMap() {
        return settings;
    }

    /** The lease, or null if it is not set. */
    public Duration lease() {
        Object value = settings.get("lease");
        return value == null
                ? null
                : TextDuration.parse("lease", value.toString()).toDuration();
    }

    /** The number of attempts, or null if it is not set. */
    public Integer maxAttempts() {
        return settings.get("maxAttempts") instanceof Number number ? (Integer) number.intValue() : null;
    }

    private static String text(Duration value) {
        return TextDuration.format(value.toMillis());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof QueueOptions options && settings.equals(options.settings);
    }

    @Override
    public int hashCode() {
        return settings.hashCode();
    }

    @Override
    public String toString() {
        return settings.toString();
    }
}
