package dev.postrider.messaging;

import dev.postrider.client.OutgoingMessage;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What a message of an outgoing channel is published with. Immutable: the {@code with} methods answer changed copies.
 * Attach it with {@code message.addMetadata(…)}. Values that cannot be right fail the message, not the channel.
 */
public final class OutgoingPostriderMetadata {
    private static final OutgoingPostriderMetadata NONE =
            new OutgoingPostriderMetadata(null, null, UnaryOperator.identity());

    private final String queue;
    private final String contentType;
    private final UnaryOperator<OutgoingMessage> changes;

    private OutgoingPostriderMetadata(String queue, String contentType, UnaryOperator<OutgoingMessage> changes) {
        this.queue = queue;
        this.contentType = contentType;
        this.changes = changes;
    }

    /** Nothing set: the channel's queue, the broker's defaults. */
    public static OutgoingPostriderMetadata none() {
        return NONE;
    }

    /** Sends this message to another queue than the channel's. */
    public OutgoingPostriderMetadata withQueue(String value) {
        return new OutgoingPostriderMetadata(Objects.requireNonNull(value, "queue"), contentType, changes);
    }

    /** The content type of a payload that is bytes or text; others are JSON. */
    public OutgoingPostriderMetadata withContentType(String value) {
        return new OutgoingPostriderMetadata(queue, Objects.requireNonNull(value, "contentType"), changes);
    }

    /** What orders messages among themselves, in a queue ordered by key. */
    public OutgoingPostriderMetadata withKey(String value) {
        return and(message -> message.withKey(value));
    }

    /** 0 (the default) to 9, which goes first. */
    public OutgoingPostriderMetadata withPriority(int value) {
        return and(message -> message.withPriority(value));
    }

    /** How long the message stays out of reach. */
    public OutgoingPostriderMetadata withDelay(Duration value) {
        return and(message -> message.withDelay(value));
    }

    /** How long the message is of use. */
    public OutgoingPostriderMetadata withTtl(Duration value) {
        return and(message -> message.withTtl(value));
    }

    /** The id, 1 to 128 visible ASCII characters. */
    public OutgoingPostriderMetadata withId(String value) {
        return and(message -> message.withId(value));
    }

    /** Within the queue's window, a second message with this key is not stored. */
    public OutgoingPostriderMetadata withDeduplicationKey(String value) {
        return and(message -> message.withDeduplicationKey(value));
    }

    /** One more application header. */
    public OutgoingPostriderMetadata withHeader(String name, String value) {
        return and(message -> message.withHeader(name, value));
    }

    Optional<String> queue() {
        return Optional.ofNullable(queue);
    }

    Optional<String> contentType() {
        return Optional.ofNullable(contentType);
    }

    OutgoingMessage applyTo(OutgoingMessage message) {
        return changes.apply(message);
    }

    private OutgoingPostriderMetadata and(UnaryOperator<OutgoingMessage> change) {
        return new OutgoingPostriderMetadata(queue, contentType, message -> change.apply(changes.apply(message)));
    }
}
