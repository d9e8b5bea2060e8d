package dev.postrider.client;

import dev.postrider.protocol.EventHeaders;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * A message in the hands of this consumer, until it is settled or its lease runs out. Safe for any thread.
 *
 * <p>Settling calls are lazy, as every {@link Uni} is, and complete when the broker has confirmed; those made close
 * together travel together. They fail with {@code receipt-expired} if the message is no longer ours: the lease ran out,
 * or the connection it came over was lost. The broker then hands it out again.
 */
public interface ReceivedMessage {

    /** Names this handing-out; null for a message that was only looked at, or came by following a topic. */
    String receipt();

    String id();

    /** Null if it came by following a topic. */
    String queue();

    /** The topic it was published to, or null. */
    String topic();

    /** May be null. */
    String key();

    /** 0 to 9. */
    int priority();

    /** 1 for the first handing-out. */
    int attempt();

    Instant publishedAt();

    /** Null if it never expires. */
    Instant expiresAt();

    /** May be null. */
    String contentType();

    /** Unmodifiable; empty if there are none. */
    Map<String, String> headers();

    /** True if the message is a CloudEvent: it has a type and a source. */
    default boolean isEvent() {
        return headers().containsKey(EventHeaders.TYPE) && headers().containsKey(EventHeaders.SOURCE);
    }

    /** An attribute of the CloudEvent that the message is, by its name; null if it has none. */
    default String eventAttribute(String name) {
        String value = headers().get(EventHeaders.PREFIX + name);
        return switch (name) {
            case "id" -> value == null ? id() : value;
            case "datacontenttype" -> contentType();
            default -> value;
        };
    }

    /** The payload; a new array every time. */
    byte[] bytes();

    /** The payload read as UTF-8. */
    String text();

    /**
     * The payload read as JSON.
     *
     * @throws IllegalArgumentException if it is not JSON, or not of that type
     */
    <T> T json(Class<T> type);

    /** Done: the message is gone. */
    Uni<Void> ack();

    /**
     * Failed: it comes again, or becomes a dead letter when its attempts are used up.
     *
     * @param delay when it comes again; null for the queue's own backoff
     * @param reason kept with the message; may be null
     */
    Uni<Void> nack(Duration delay, String reason);

    /** Hopeless: straight to the dead letters, with {@code reason} (which may be null). */
    Uni<Void> deadLetter(String reason);

    /** Holds the message for {@code lease} from now on. */
    Uni<Void> extend(Duration lease);
}
