package dev.postrider.broker.transport;

import dev.postrider.protocol.ProtocolException;
import dev.postrider.protocol.record.MessageRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Reads CloudEvents in the JSON format, version 1.0. */
final class EventParser {
    private static final String JSON = "application/json";
    private static final String EVENT = "application/cloudevents+json";

    private final int messageBytesMax;

    EventParser(int messageBytesMax) {
        this.messageBytesMax = messageBytesMax;
    }

    /** True if that content type is one event in JSON. */
    static boolean isEvent(String contentType) {
        int end = contentType.indexOf(';');
        return (end < 0 ? contentType : contentType.substring(0, end)).trim().equalsIgnoreCase(EVENT);
    }

    /**
     * Reads a document that is one event into a message of which all else is known.
     *
     * @param message with the properties that the request gave beside the event
     */
    MessageRecord parse(MessageRecord.Builder message, byte[] document) {
        JsonInput in = JsonInput.of(document);
        MessageRecord record = read(in, message);
        in.end();
        return record;
    }

    /** Reads an array of 1 to 10,000 events. */
    List<MessageRecord> parseBatch(byte[] document) {
        JsonInput in = JsonInput.of(document);
        List<MessageRecord> messages = new ArrayList<>();
        in.array("batch", 1, Limits.BATCH_MESSAGES, () -> {
            try {
                messages.add(read(in, MessageRecord.builder()));
            } catch (ProtocolException e) {
                throw new ProtocolException(e.code(), "[" + messages.size() + "]: " + e.getMessage());
            }
        });
        in.end();
        return messages;
    }

    private MessageRecord read(JsonInput in, MessageRecord.Builder message) {
        Draft draft = new Draft();
        in.object("The event", field -> {
            draft.take(in, field);
            return true;
        });
        MessageRecord given = message.build();
        EventAttributes.Given beside =
                new EventAttributes.Given(given.id() != null, given.key() != null, given.deduplicationKey() != null);
        draft.addBody(message);
        draft.attributes.addTo(message, beside, message::header);
        MessageRecord record = message.build();
        MessageBounds.body(record.body(), messageBytesMax);
        MessageBounds.headers(record);
        return record;
    }

    /** What is known of an event before all its fields are read. */
    private static final class Draft {
        private final EventAttributes attributes = new EventAttributes();
        private byte[] data;
        private byte[] base64;

        void take(JsonInput in, String field) {
            // What is null is not there.
            if (in.takeNull()) {
                return;
            }
            switch (field) {
                case "data" -> data = in.rawValue();
                case "data_base64" -> base64 = decode(in.string(field));
                default -> attributes.put(field, in.scalar(field));
            }
        }

        void addBody(MessageRecord.Builder message) {
            String contentType = attributes.take("datacontenttype");
            if (data != null && base64 != null) {
                throw ProtocolException.invalid("An event must not have both 'data' and 'data_base64'");
            }
            if (data != null) {
                boolean isJson = contentType == null || JsonText.isJson(contentType);
                message.body(isJson ? data : textOf(data));
                message.contentType(contentType == null ? JSON : checked(contentType));
            } else {
                message.body(base64 == null ? new byte[0] : base64);
                message.contentType(contentType == null ? MessageRecord.CONTENT_TYPE_DEFAULT : checked(contentType));
            }
        }

        /** What is not JSON comes as a string, whose text it is. */
        private static byte[] textOf(byte[] data) {
            return data[0] == '"' ? JsonInput.of(data).string("data").getBytes(StandardCharsets.UTF_8) : data;
        }

        private static String checked(String contentType) {
            return MessageBounds.contentType("datacontenttype", contentType);
        }

        private static byte[] decode(String base64) {
            try {
                return Base64.getDecoder().decode(base64.getBytes(StandardCharsets.UTF_8));
            } catch (IllegalArgumentException e) {
                throw ProtocolException.invalid("'data_base64' must be base64 as RFC 4648, section 4, has it");
            }
        }
    }
}
