package dev.postrider.client.internal.wire;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.Map;

/**
 * A message as JSON brought it. Filled by its reader, then only read; the payload and the instants are kept as they
 * came until somebody asks for them.
 */
final class JsonMessage implements WireMessage {
    String receipt;
    String id;
    String queue;
    String topic;
    String key;
    int priority;
    int attempt;
    String publishedAt;
    String expiresAt;
    String contentType;
    Map<String, String> headers = Map.of();
    /** A JSON value or other text. */
    String text;
    /** Everything else; exactly one of the two is set. */
    String base64;

    @Override
    public String receipt() {
        return receipt;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String queue() {
        return queue;
    }

    @Override
    public String topic() {
        return topic;
    }

    @Override
    public String key() {
        return key;
    }

    @Override
    public int priority() {
        return priority;
    }

    @Override
    public int attempt() {
        return attempt;
    }

    @Override
    public Instant publishedAt() {
        return instant(publishedAt);
    }

    @Override
    public Instant expiresAt() {
        return instant(expiresAt);
    }

    @Override
    public String contentType() {
        return contentType;
    }

    @Override
    public Map<String, String> headers() {
        return headers;
    }

    @Override
    public byte[] bytes() {
        if (base64 != null) {
            return Base64.getDecoder().decode(base64);
        }
        return text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String text() {
        return text != null ? text : new String(bytes(), StandardCharsets.UTF_8);
    }

    private static Instant instant(String text) {
        return text == null ? null : OffsetDateTime.parse(text).toInstant();
    }
}
