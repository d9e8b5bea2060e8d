package dev.postrider.broker.transport;

import dev.postrider.protocol.EventHeaders;
import dev.postrider.protocol.MessageIds;
import dev.postrider.protocol.ProtocolException;
import dev.postrider.protocol.record.MessageRecord;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** The attributes of a CloudEvent on their way into a message. Not thread-safe. */
final class EventAttributes {
    private static final List<String> REQUIRED = List.of("specversion", "id", "source", "type");
    private static final String PARTITION_KEY = "partitionkey";

    private final Map<String, String> values = new LinkedHashMap<>();

    boolean isEmpty() {
        return values.isEmpty();
    }

    /**
     * Takes an attribute.
     *
     * @throws ProtocolException {@code invalid-request} if it cannot be one, or is there already
     */
    void put(String name, String value) {
        if (!EventHeaders.isAttribute(name)) {
            throw ProtocolException.invalid(
                    "The name of an event's attribute must have lower-case letters and digits" + " only, 64 at most");
        }
        if (value.isEmpty()) {
            throw ProtocolException.invalid("The event's '" + name + "' must not be empty");
        }
        if (values.put(name, MessageBounds.headerValue(EventHeaders.PREFIX + name, value)) != null) {
            throw ProtocolException.invalid("The event's '" + name + "' is there twice");
        }
    }

    /** The value, taken out; null if there is none. */
    String take(String name) {
        return values.remove(name);
    }

    /**
     * What the producer has said of the message beside the event, which goes first.
     *
     * @param id true: it has an id
     * @param key true: it has a key
     * @param deduplicationKey true: it has one
     */
    record Given(boolean id, boolean key, boolean deduplicationKey) {
        static final Given NOTHING = new Given(false, false, false);
    }

    /**
     * Adds the event to a message. Its id becomes the message's, its partition key the message's key, and its source
     * and id, which name it among all events, the deduplication key.
     *
     * @param header takes the attributes that become headers
     * @throws ProtocolException {@code invalid-request} if one is missing or not as it must be
     */
    void addTo(MessageRecord.Builder record, Given given, BiConsumer<String, String> header) {
        check();
        String id = take("id");
        if (given.id() || !isMessageId(id)) {
            header.accept(EventHeaders.ID, id);
        } else {
            record.id(id);
        }
        if (!given.id() && !given.deduplicationKey()) {
            record.deduplicationKey(deduplicationKey(values.get("source"), id));
        }
        String partition = values.get(PARTITION_KEY);
        if (partition != null && !given.key()) {
            record.key(MessageBounds.key(PARTITION_KEY, partition));
        }
        values.forEach((name, value) -> header.accept(EventHeaders.PREFIX + name, value));
    }

    private void check() {
        for (String name : REQUIRED) {
            if (!values.containsKey(name)) {
                throw ProtocolException.invalid("The event's '" + name + "' is missing");
            }
        }
        if (!values.get("specversion").equals(EventHeaders.VERSION)) {
            throw ProtocolException.invalid("The event's 'specversion' must be " + EventHeaders.VERSION);
        }
        String time = values.get("time");
        if (time != null) {
            JsonInput.parseInstant("time", time);
        }
    }

    private static boolean isMessageId(String id) {
        return id.length() <= MessageIds.LENGTH_MAX && id.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    private static String deduplicationKey(String source, String id) {
        String whole = source + " " + id;
        byte[] bytes = whole.getBytes(StandardCharsets.UTF_8);
        return bytes.length <= MessageBounds.DEDUPLICATION_KEY_BYTES_MAX ? whole : "sha-256 " + sha256(bytes);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
