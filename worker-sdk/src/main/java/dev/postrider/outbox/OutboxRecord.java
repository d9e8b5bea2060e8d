package dev.postrider.outbox;

import dev.postrider.protocol.Names;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * A message to be published once the surrounding transaction has committed. Immutable.
 *
 * <p>Its id becomes the message's id and deduplication key: however often the relay repeats a publish within the
 * queue's deduplication window, consumers see the message once. Its type travels as the application header
 * {@code type}.
 */
public final class OutboxRecord {
    /** The application header that carries {@link #type()}. */
    public static final String TYPE_HEADER = "type";

    /** Before a topic's name in the column that otherwise has a queue's name; no name has a colon. */
    private static final String TOPIC_PREFIX = "topic:";

    private static final String TYPE_DEFAULT = "message";
    private static final int COLUMN_LENGTH_MAX = 255;
    private static final int PRIORITY_MAX = 9;

    private final Draft content;

    private OutboxRecord(Draft content) {
        this.content = content;
    }

    /**
     * A record whose payload is {@code value} as JSON.
     *
     * @throws IllegalArgumentException if the value cannot be written as JSON, or {@code queue} is not a queue's name
     */
    public static OutboxRecord json(String queue, Object value) {
        return bytes(queue, OutboxJson.write(value), "application/json");
    }

    /** A record whose payload is UTF-8 text. */
    public static OutboxRecord text(String queue, String text) {
        return bytes(queue, text.getBytes(StandardCharsets.UTF_8), "text/plain; charset=utf-8");
    }

    /**
     * A record whose payload is published byte for byte.
     *
     * @param payload copied
     * @throws IllegalArgumentException if {@code queue} is not a queue's name
     */
    public static OutboxRecord bytes(String queue, byte[] payload, String contentType) {
        if (!Names.isValid(queue)) {
            throw new IllegalArgumentException("'" + queue + "' is not the name of a queue");
        }
        Draft draft = new Draft();
        draft.id = OutboxIds.next();
        draft.queue = queue;
        draft.payload = payload.clone();
        draft.contentType = column("contentType", contentType);
        return new OutboxRecord(draft);
    }

    /** A record as {@link #target()} has named where it goes. */
    static OutboxRecord forTarget(String target, byte[] payload, String contentType) {
        return target.startsWith(TOPIC_PREFIX)
                ? bytes(target.substring(TOPIC_PREFIX.length()), payload, contentType)
                        .toTopic()
                : bytes(target, payload, contentType);
    }

    /**
     * The same, to be published to the topic of that name instead of the queue: every subscribed queue gets a copy,
     * and a topic without subscriptions drops it. Order by key is that of one topic.
     */
    public OutboxRecord toTopic() {
        return with(draft -> draft.topic = true);
    }

    /** The same with an id that the caller chose, for instance to make a repeated request write the same message. */
    public OutboxRecord withId(UUID id) {
        Objects.requireNonNull(id, "id");
        return with(draft -> draft.id = id);
    }

    /**
     * The same with a key. Records of one queue and key are relayed in the order in which they were written, if the
     * transactions that wrote them did not overlap; for instance because each had locked the aggregate's row first.
     *
     * @param key 1 to 255 characters; null for none
     */
    public OutboxRecord withKey(String key) {
        String checked = key == null ? null : column("key", key);
        return with(draft -> draft.key = checked);
    }

    /** The same with a type, 1 to 255 characters: what happened, in the application's words. */
    public OutboxRecord withType(String type) {
        String checked = column("type", type);
        return with(draft -> draft.type = checked);
    }

    /** The same with one more application header; {@code type} is reserved for {@link #withType(String)}. */
    public OutboxRecord withHeader(String name, String value) {
        if (value == null || name.isEmpty() || name.equals(TYPE_HEADER)) {
            throw new IllegalArgumentException("'" + name + "' cannot be a header, or has no value");
        }
        Map<String, String> headers = new LinkedHashMap<>(content.headers);
        headers.put(name, value);
        return with(draft -> draft.headers = Collections.unmodifiableMap(headers));
    }

    /** The same with a priority of 0 to 9; 9 goes first. */
    public OutboxRecord withPriority(int priority) {
        if (priority < 0 || priority > PRIORITY_MAX) {
            throw new IllegalArgumentException("A priority is 0 to 9, not " + priority);
        }
        return with(draft -> draft.priority = priority);
    }

    /** The same, not to be delivered before {@code deliverAt}; null for at once. */
    public OutboxRecord withDeliverAt(Instant deliverAt) {
        return with(draft -> draft.deliverAt = deliverAt);
    }

    /** The same, to expire this long after the broker has it; null for the queue's own setting. */
    public OutboxRecord withTtl(Duration ttl) {
        if (ttl != null && (ttl.isNegative() || ttl.isZero())) {
            throw new IllegalArgumentException("A time to live is positive, not " + ttl);
        }
        return with(draft -> draft.ttl = ttl);
    }

    public UUID id() {
        return content.id;
    }

    /** The name of the queue, or of the topic if the record {@link #isForTopic()}. */
    public String queue() {
        return content.queue;
    }

    /** Whether the record is published to a topic instead of a queue. */
    public boolean isForTopic() {
        return content.topic;
    }

    /** Where the record goes, as the table has it: a queue and a topic of one name are told apart. */
    String target() {
        return content.topic ? TOPIC_PREFIX + content.queue : content.queue;
    }

    public Optional<String> key() {
        return Optional.ofNullable(content.key);
    }

    public String type() {
        return content.type;
    }

    /** A copy of the payload. */
    public byte[] payload() {
        return content.payload.clone();
    }

    int payloadBytes() {
        return content.payload.length;
    }

    public String contentType() {
        return content.contentType;
    }

    /** The application headers without {@link #TYPE_HEADER}, in the order given; unmodifiable. */
    public Map<String, String> headers() {
        return content.headers;
    }

    public int priority() {
        return content.priority;
    }

    public Optional<Instant> deliverAt() {
        return Optional.ofNullable(content.deliverAt);
    }

    public Optional<Duration> ttl() {
        return Optional.ofNullable(content.ttl);
    }

    @Override
    public String toString() {
        return "OutboxRecord[" + content.id + " for " + target() + ", type " + content.type + "]";
    }

    private OutboxRecord with(Consumer<Draft> change) {
        Draft copy = new Draft(content);
        change.accept(copy);
        return new OutboxRecord(copy);
    }

    private static String column(String field, String value) {
        Objects.requireNonNull(value, field);
        if (value.isEmpty() || value.length() > COLUMN_LENGTH_MAX || value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("'" + field + "' must have 1 to 255 characters other than NUL");
        }
        return value;
    }

    /** The fields while they are set; never seen outside once the record exists. */
    private static final class Draft {
        private UUID id;
        private String queue;
        private boolean topic;
        private String key;
        private String type = TYPE_DEFAULT;
        private byte[] payload;
        private String contentType;
        private Map<String, String> headers = Map.of();
        private int priority;
        private Instant deliverAt;
        private Duration ttl;

        private Draft() {}

        private Draft(Draft other) {
            id = other.id;
            queue = other.queue;
            topic = other.topic;
            key = other.key;
            type = other.type;
            payload = other.payload;
            contentType = other.contentType;
            headers = other.headers;
            priority = other.priority;
            deliverAt = other.deliverAt;
            ttl = other.ttl;
        }
    }
}
