package dev.postrider.broker.queue;

import dev.postrider.protocol.TextRate;

/**
 * What bounds a queue on all brokers together. Components that may be null say "no limit".
 *
 * @param maxMessages unsettled messages that it may hold; may be null
 * @param maxBytes what these may take; may be null
 * @param overflow what becomes of a message that would be too many
 * @param maxDeliveryRate how many may be handed out in a time; may be null
 * @param maxInFlight how many may be handed out and not settled; may be null
 * @param maxInFlightPerKey how many of one key; may be null
 */
public record Limits(
        Long maxMessages,
        Long maxBytes,
        Overflow overflow,
        TextRate maxDeliveryRate,
        Integer maxInFlight,
        Integer maxInFlightPerKey) {
    public static final Limits NONE = new Limits(null, null, Overflow.REJECT, null, null, null);

    /** The same with another bound of messages. */
    public Limits withMaxMessages(Long value) {
        return new Limits(value, maxBytes, overflow, maxDeliveryRate, maxInFlight, maxInFlightPerKey);
    }

    /** The same with another bound of what is in flight of a key. */
    public Limits withMaxInFlightPerKey(Integer value) {
        return new Limits(maxMessages, maxBytes, overflow, maxDeliveryRate, maxInFlight, value);
    }
}
