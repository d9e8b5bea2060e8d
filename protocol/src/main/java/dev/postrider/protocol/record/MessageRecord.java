package dev.postrider.protocol.record;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A message with everything that is stored of it. Immutable, except that the body array is shared and must not be
 * changed. Instants are milliseconds since 1970 in the database's clock; {@link #NONE} stands for an absent one.
 *
 * <p>A record that a broker has not yet moved has no {@code id} (unless its producer chose one) and no
 * {@code publishedAt}: both follow from the chunk that it was first stored in.
 */
public final class MessageRecord {
    /** Stands for an instant or a duration that is not set. */
    public static final long NONE = -1;

    /** The content type of a message that names none. */
    public static final String CONTENT_TYPE_DEFAULT = "application/octet-stream";

    public static final int PRIORITY_MAX = 9;

    private final String id;
    private final String key;
    private final String contentType;
    private final String topic;
    private final String deduplicationKey;
    private final int priority;
    private final Map<String, String> headers;
    private final long deliverAtMillis;
    private final long delayMillis;
    private final long ttlMillis;
    private final long publishedAtMillis;
    private final int attempts;
    private final long firstFailedAtMillis;
    private final byte[] body;

    private MessageRecord(Builder builder) {
        this.id = builder.id;
        this.key = builder.key;
        this.contentType = builder.contentType;
        this.topic = builder.topic;
        this.deduplicationKey = builder.deduplicationKey;
        this.priority = builder.priority;
        this.headers = Collections.unmodifiableMap(new LinkedHashMap<>(builder.headers));
        this.deliverAtMillis = builder.deliverAtMillis;
        this.delayMillis = builder.delayMillis;
        this.ttlMillis = builder.ttlMillis;
        this.publishedAtMillis = builder.publishedAtMillis;
        this.attempts = builder.attempts;
        this.firstFailedAtMillis = builder.firstFailedAtMillis;
        this.body = builder.body;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts with everything of this record. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.id = id;
        builder.key = key;
        builder.contentType = contentType;
        builder.topic = topic;
        builder.deduplicationKey = deduplicationKey;
        builder.priority = priority;
        builder.headers.putAll(headers);
        builder.deliverAtMillis = deliverAtMillis;
        builder.delayMillis = delayMillis;
        builder.ttlMillis = ttlMillis;
        builder.publishedAtMillis = publishedAtMillis;
        builder.attempts = attempts;
        builder.firstFailedAtMillis = firstFailedAtMillis;
        builder.body = body;
        return builder;
    }

    /** The id, or null if it follows from the place of first storage. */
    public String id() {
        return id;
    }

    /** The ordering key, or null. */
    public String key() {
        return key;
    }

    /** Never null. */
    public String contentType() {
        return contentType;
    }

    /** The topic through which it came, or null. */
    public String topic() {
        return topic;
    }

    /** The deduplication key given by the producer, or null. */
    public String deduplicationKey() {
        return deduplicationKey;
    }

    /** 0 to 9, 9 goes first. */
    public int priority() {
        return priority;
    }

    /** Application headers in the order given; never null, unmodifiable. */
    public Map<String, String> headers() {
        return headers;
    }

    /** Not to be delivered before this instant, or {@link #NONE}. */
    public long deliverAtMillis() {
        return deliverAtMillis;
    }

    /** Not to be delivered before so long after publishing, or {@link #NONE}. */
    public long delayMillis() {
        return delayMillis;
    }

    /** Never to be delivered later than so long after publishing, or {@link #NONE}. */
    public long ttlMillis() {
        return ttlMillis;
    }

    /** When it was first stored, or {@link #NONE} if that is the time in its chunk's id. */
    public long publishedAtMillis() {
        return publishedAtMillis;
    }

    /** Attempts that were made before it was stored in its present chunk. */
    public int attempts() {
        return attempts;
    }

    /** When it first failed, or {@link #NONE}. */
    public long firstFailedAtMillis() {
        return firstFailedAtMillis;
    }

    /** The payload, byte for byte. Not a copy: do not change it. */
    public byte[] body() {
        return body;
    }

    /** Collects the parts of a record. Not thread-safe. */
    public static final class Builder {
        private String id;
        private String key;
        private String contentType = CONTENT_TYPE_DEFAULT;
        private String topic;
        private String deduplicationKey;
        private int priority;
        private final Map<String, String> headers = new LinkedHashMap<>();
        private long deliverAtMillis = NONE;
        private long delayMillis = NONE;
        private long ttlMillis = NONE;
        private long publishedAtMillis = NONE;
        private int attempts;
        private long firstFailedAtMillis = NONE;
        private byte[] body = new byte[0];

        private Builder() {}

        public Builder id(String value) {
            this.id = value;
            return this;
        }

        public Builder key(String value) {
            this.key = value;
            return this;
        }

        public Builder contentType(String value) {
            this.contentType = Objects.requireNonNull(value, "contentType");
            return this;
        }

        public Builder topic(String value) {
            this.topic = value;
            return this;
        }

        public Builder deduplicationKey(String value) {
            this.deduplicationKey = value;
            return this;
        }

        public Builder priority(int value) {
            if (value < 0 || value > PRIORITY_MAX) {
                throw new IllegalArgumentException("priority must be 0 to 9, was " + value);
            }
            this.priority = value;
            return this;
        }

        public Builder header(String name, String value) {
            headers.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
            return this;
        }

        public Builder headers(Map<String, String> values) {
            values.forEach(this::header);
            return this;
        }

        public Builder deliverAtMillis(long value) {
            this.deliverAtMillis = checkTime("deliverAtMillis", value);
            return this;
        }

        public Builder delayMillis(long value) {
            this.delayMillis = checkTime("delayMillis", value);
            return this;
        }

        public Builder ttlMillis(long value) {
            this.ttlMillis = checkTime("ttlMillis", value);
            return this;
        }

        public Builder publishedAtMillis(long value) {
            this.publishedAtMillis = checkTime("publishedAtMillis", value);
            return this;
        }

        public Builder attempts(int value) {
            if (value < 0) {
                throw new IllegalArgumentException("attempts must be 0 or more, was " + value);
            }
            this.attempts = value;
            return this;
        }

        public Builder firstFailedAtMillis(long value) {
            this.firstFailedAtMillis = checkTime("firstFailedAtMillis", value);
            return this;
        }

        /** Keeps the array, does not copy it. */
        public Builder body(byte[] value) {
            this.body = Objects.requireNonNull(value, "body");
            return this;
        }

        public MessageRecord build() {
            return new MessageRecord(this);
        }

        private static long checkTime(String field, long value) {
            if (value < NONE) {
                throw new IllegalArgumentException(field + " must be 0 or more, or NONE, was " + value);
            }
            return value;
        }
    }
}
