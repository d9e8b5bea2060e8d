package dev.postrider.client.internal.wire;

import java.time.Instant;
import java.util.Map;

/** A message as it came in. Immutable once it is handed on; safe for any thread. */
public interface WireMessage {
    /** Names this handing-out, as a text; null for a message that was only looked at. */
    String receipt();

    String id();

    String queue();

    /** May be null. */
    String topic();

    /** May be null. */
    String key();

    int priority();

    int attempt();

    Instant publishedAt();

    /** Null: never. */
    Instant expiresAt();

    String contentType();

    /** Unmodifiable. */
    Map<String, String> headers();

    /** A new array every time. */
    byte[] bytes();

    String text();

    /** Where it is stored, if the sub-protocol says so; else 0. */
    default long chunk() {
        return 0;
    }

    /** Where it is stored, if the sub-protocol says so; else 0. */
    default int index() {
        return 0;
    }
}
