package dev.postrider.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.postrider.protocol.EventHeaders;
import dev.postrider.protocol.MessageIds;
import dev.postrider.protocol.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A message to publish. Immutable: the {@code with} methods answer changed copies, which share the payload. What is not
 * set is left to the broker and the queue's settings; a value that cannot be right is refused with
 * {@link ProtocolException} when it is set.
 */
public final class OutgoingMessage {
    /** How the payload was given, which says how it may be written. */
    public enum Form {
        /** Known to be one JSON value. */
        JSON,
        /** Known to be UTF-8. */
        TEXT,
        BYTES
    }

    private static final int PRIORITY_MAX = 9;

    private final Form form;
    private final byte[] payload;
    private final String contentType;
    private String id;
    private String key;
    private int priority;
    private Duration delay;
    private Instant deliverAt;
    private Duration ttl;
    private String deduplicationKey;
    private Map<String, String> headers = Map.of();

    private OutgoingMessage(Form form, byte[] payload, String contentType) {
        this.form = form;
        this.payload = payload;
        this.contentType = contentType;
    }

    private OutgoingMessage(OutgoingMessage other) {
        this(other.form, other.payload, other.contentType);
        id = other.id;
        key = other.key;
        priority = other.priority;
        delay = other.delay;
        deliverAt = other.deliverAt;
        ttl = other.ttl;
        deduplicationKey = other.deduplicationKey;
        headers = other.headers;
    }

    /**
     * {@code value} as Jackson writes it, now, with {@code application/json}.
     *
     * @throws IllegalArgumentException if Jackson cannot write it
     */
    public static OutgoingMessage json(Object value) {
        try {
            return new OutgoingMessage(Form.JSON, Json.MAPPER.writeValueAsBytes(value), "application/json");
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Not writable as JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** {@code text} as UTF-8 with {@code text/plain; charset=utf-8}. */
    public static OutgoingMessage text(String text) {
        return new OutgoingMessage(Form.TEXT, text.getBytes(StandardCharsets.UTF_8), "text/plain; charset=utf-8");
    }

    /** A copy of the bytes; the broker stores them as they are, also when {@code contentType} speaks of JSON. */
    public static OutgoingMessage bytes(byte[] bytes, String contentType) {
        Objects.requireNonNull(contentType, "contentType");
        return new OutgoingMessage(Form.BYTES, bytes.clone(), contentType);
    }

    /** The id, 1 to 128 visible ASCII characters; serves as the deduplication key if that is absent. */
    public OutgoingMessage withId(String value) {
        MessageIds.check("id", value);
        OutgoingMessage copy = new OutgoingMessage(this);
        copy.id = value;
        return copy;
    }

    /** What orders messages among themselves, in a queue ordered by key. */
    public OutgoingMessage withKey(String value) {
        OutgoingMessage copy = new OutgoingMessage(this);
        copy.key = Objects.requireNonNull(value, "key");
        return copy;
    }

    /** 0 (the default) to 9, which goes first. */
    public OutgoingMessage withPriority(int value) {
        if (value < 0 || value > PRIORITY_MAX) {
            throw ProtocolException.invalid("'priority' must be 0 to 9");
        }
        OutgoingMessage copy = new OutgoingMessage(this);
        copy.priority = value;
        return copy;
    }

    /** How long the message stays out of reach; takes the place of {@link #withDeliverAt}. */
    public OutgoingMessage withDelay(Duration value) {
        OutgoingMessage copy = new OutgoingMessage(this);
        copy.delay = positive("delay", value);
        copy.deliverAt = null;
        return copy;
    }

    /** Until when the message stays out of reach; takes the place of {@link #withDelay}. */
    public OutgoingMessage withDeliverAt(Instant value) {
        OutgoingMessage copy = new OutgoingMessage(this);
        copy.deliverAt = Objects.requireNonNull(value, "deliverAt");
        copy.delay = null;
        return copy;
    }

    /** How long the message is of use; afterwards it is a dead letter. */
    public OutgoingMessage withTtl(Duration value) {
        OutgoingMessage copy = new OutgoingMessage(this);
        copy.ttl = positive("ttl", value);
        return copy;
    }

    /** Within the queue's window, a second message with this key is answered as the first was and not stored. */
    public OutgoingMessage withDeduplicationKey(String value) {
        OutgoingMessage copy = new OutgoingMessage(this);
        copy.deduplicationKey = Objects.requireNonNull(value, "deduplicationKey");
        return copy;
    }

    /** Adds an application header; a second value takes the first one's place. */
    public OutgoingMessage withHeader(String name, String value) {
        Objects.requireNonNull(value, name);
        OutgoingMessage copy = new OutgoingMessage(this);
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.put(name, value);
        copy.headers = Collections.unmodifiableMap(all);
        return copy;
    }

    /**
     * Makes a CloudEvent of the message. Its id is the message's, which should be set: with the source it names the
     * event.
     *
     * @param type for instance {@code com.example.order.created}; not empty
     * @param source where it happened, a URI reference; not empty
     */
    public OutgoingMessage withEvent(String type, String source) {
        return withHeader(EventHeaders.SPECVERSION, EventHeaders.VERSION)
                .withEventAttribute("type", type)
                .withEventAttribute("source", source);
    }

    /**
     * Sets an attribute of the CloudEvent that {@link #withEvent} makes of the message: {@code subject}, {@code time},
     * {@code dataschema}, or an extension.
     *
     * @param name lower-case letters and digits; not {@code id} and {@code datacontenttype}, which the message has
     * @param value not empty
     */
    public OutgoingMessage withEventAttribute(String name, String value) {
        boolean isOfMessage = name.equals("id") || name.startsWith("data") && !name.equals("dataschema");
        if (isOfMessage || !EventHeaders.isAttribute(name) || value.isEmpty()) {
            throw ProtocolException.invalid("'" + name + "' cannot be set so in an event");
        }
        return withHeader(EventHeaders.PREFIX + name, value);
    }

    private static Duration positive(String field, Duration value) {
        if (value.isNegative()) {
            throw ProtocolException.invalid("'" + field + "' must not be negative");
        }
        return value;
    }

    public Form form() {
        return form;
    }

    /** The payload itself, not a copy: for reading only. */
    public byte[] payload() {
        return payload;
    }

    public String contentType() {
        return contentType;
    }

    /** May be null. */
    public String id() {
        return id;
    }

    /** May be null. */
    public String key() {
        return key;
    }

    public int priority() {
        return priority;
    }

    /** May be null. */
    public Duration delay() {
        return delay;
    }

    /** May be null. */
    public Instant deliverAt() {
        return deliverAt;
    }

    /** May be null. */
    public Duration ttl() {
        return ttl;
    }

    /** May be null. */
    public String deduplicationKey() {
        return deduplicationKey;
    }

    /** In the order they were added; unmodifiable. */
    public Map<String, String> headers() {
        return headers;
    }

    /** True if there is nothing to it but payload and content type. */
    public boolean isPlain() {
        return id == null
                && key == null
                && priority == 0
                && delay == null
                && deliverAt == null
                && ttl == null
                && deduplicationKey == null
                && headers.isEmpty();
    }

    /** True if the broker can tell a repetition of this message from a new one. */
    public boolean isRepeatable() {
        return id != null || deduplicationKey != null;
    }
}
