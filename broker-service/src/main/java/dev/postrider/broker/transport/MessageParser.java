package dev.postrider.broker.transport;

import dev.postrider.protocol.MessageIds;
import dev.postrider.protocol.ProtocolException;
import dev.postrider.protocol.TextDuration;
import dev.postrider.protocol.codec.RecordBatchReader;
import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Reads messages from JSON as producers write them: one of {@code body} (kept byte for byte), {@code text} and
 * {@code base64}, and their properties. Immutable and safe for any thread.
 */
public final class MessageParser {
    private static final String JSON = "application/json";
    private static final String TEXT = "text/plain; charset=utf-8";

    private final int messageBytesMax;
    private final EventParser events;

    /** A parser that refuses bodies of more bytes with {@code message-too-large}. */
    public MessageParser(int messageBytesMax) {
        this.messageBytesMax = messageBytesMax;
        this.events = new EventParser(messageBytesMax);
    }

    /** Reads a document that is one message. */
    public MessageRecord parse(byte[] document) {
        JsonInput in = JsonInput.of(document);
        MessageRecord message = read(in);
        in.end();
        return message;
    }

    /** Reads {@code {"messages":[…]}} with 1 to 10,000 messages. */
    public List<MessageRecord> parseBatch(byte[] document) {
        JsonInput in = JsonInput.of(document);
        List<MessageRecord> messages = new ArrayList<>();
        in.object("The body", field -> {
            if (field.equals("messages")) {
                in.array(field, 1, Limits.BATCH_MESSAGES, () -> messages.add(readElement(in, messages.size())));
                return true;
            }
            return false;
        });
        in.end();
        if (messages.isEmpty()) {
            throw ProtocolException.invalid("'messages' is missing");
        }
        return messages;
    }

    /** Reads a binary record batch of 1 to 10,000 messages; what only the broker sets must be absent. */
    public List<MessageRecord> parseRecords(byte[] records) {
        return RecordsBody.read(records, messageBytesMax);
    }

    /**
     * Holds records that are stored as they are to the same bounds as {@link #parseRecords}.
     *
     * @throws ProtocolException if one of them is not as it must be
     * @throws dev.postrider.protocol.codec.RecordFormatException if one of them is not well formed
     */
    public void checkRecords(RecordBatchReader records) {
        RecordsBody.check(records, messageBytesMax);
    }

    /** Reads a batch of 1 to 10,000 CloudEvents in JSON. */
    public List<MessageRecord> parseEvents(byte[] document) {
        return events.parseBatch(document);
    }

    /**
     * Reads the body of a single message, which may be a CloudEvent in JSON.
     *
     * @param contentType of the request; may be null
     * @param properties what {@link #parseHeaders} has made of its headers
     */
    public MessageRecord parseBody(String contentType, MessageRecord.Builder properties, byte[] body) {
        return contentType != null && EventParser.isEvent(contentType)
                ? events.parse(properties, body)
                : properties.body(body).build();
    }

    /** Reads the properties of a single message from its request's headers; what is returned lacks only the body. */
    public MessageRecord.Builder parseHeaders(MultiMap headers) {
        return MessageHeaders.read(headers);
    }

    /** Refuses headers of a batch's request that are properties of a single message: they would hold for none. */
    public void refuseProperties(MultiMap headers) {
        MessageHeaders.refuseIn(headers);
    }

    /**
     * Takes the next value of {@code in} as a message.
     *
     * @throws ProtocolException {@code invalid-request} or {@code message-too-large}
     */
    public MessageRecord read(JsonInput in) {
        Draft draft = new Draft();
        in.object("The message", field -> readField(in, field, draft));
        return draft.finish(messageBytesMax);
    }

    private MessageRecord readElement(JsonInput in, int index) {
        try {
            return read(in);
        } catch (ProtocolException e) {
            throw new ProtocolException(e.code(), "messages[" + index + "]: " + e.getMessage());
        }
    }

    private static boolean readField(JsonInput in, String field, Draft draft) {
        switch (field) {
            case "body" -> draft.body(in.rawValue(), JSON);
            case "text" -> draft.body(in.string(field).getBytes(StandardCharsets.UTF_8), TEXT);
            case "base64" -> draft.body(decode(in.string(field)), MessageRecord.CONTENT_TYPE_DEFAULT);
            default -> {
                return readProperty(in, field, draft);
            }
        }
        return true;
    }

    private static boolean readProperty(JsonInput in, String field, Draft draft) {
        switch (field) {
            case "contentType", "id", "key", "priority", "delay", "deliverAt", "ttl", "headers", "deduplicationKey" -> {
                // A message that was delivered says null for what it does not have, and may be published again so.
                if (!in.takeNull()) {
                    takeProperty(in, field, draft);
                }
                return true;
            }
            default -> {
                return false;
            }
        }
    }

    private static void takeProperty(JsonInput in, String field, Draft draft) {
        MessageRecord.Builder record = draft.record;
        switch (field) {
            case "contentType" -> draft.contentType = MessageBounds.contentType(field, in.string(field));
            case "id" -> record.id(MessageIds.check(field, in.string(field)));
            case "key" -> record.key(MessageBounds.key(field, in.string(field)));
            case "priority" -> record.priority(in.integer(field, 0, MessageRecord.PRIORITY_MAX));
            case "delay" -> draft.delay(in.duration(field, 0, TextDuration.MILLIS_MAX));
            case "deliverAt" -> draft.deliverAt(in.instant(field));
            case "ttl" ->
                record.ttlMillis(in.duration(field, 1, TextDuration.MILLIS_MAX).millis());
            case "deduplicationKey" -> record.deduplicationKey(MessageBounds.deduplicationKey(field, in.string(field)));
            default -> readHeaders(in, record);
        }
    }

    private static void readHeaders(JsonInput in, MessageRecord.Builder record) {
        int[] countAndBytes = new int[2];
        in.object("'headers'", name -> {
            String value = MessageBounds.headerValue(MessageBounds.headerName(name), in.string("headers." + name));
            countAndBytes[0]++;
            countAndBytes[1] += name.length() + MessageBounds.utf8Length(value);
            MessageBounds.headers(countAndBytes[0], countAndBytes[1]);
            record.header(name, value);
            return true;
        });
    }

    private static byte[] decode(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw ProtocolException.invalid("'base64' must be base64 as RFC 4648, section 4, has it");
        }
    }

    /** What is known of a message before all its fields are read. */
    private static final class Draft {
        private final MessageRecord.Builder record = MessageRecord.builder();
        private byte[] body;
        private String bodyContentType;
        private String contentType;
        private boolean delayed;

        void body(byte[] bytes, String defaultContentType) {
            if (body != null) {
                throw oneBody();
            }
            body = bytes;
            bodyContentType = defaultContentType;
        }

        void delay(TextDuration delay) {
            refuseSecondDelay();
            record.delayMillis(delay.millis());
        }

        void deliverAt(long millis) {
            refuseSecondDelay();
            record.deliverAtMillis(millis);
        }

        MessageRecord finish(int messageBytesMax) {
            if (body == null) {
                throw oneBody();
            }
            return record.contentType(contentType == null ? bodyContentType : contentType)
                    .body(MessageBounds.body(body, messageBytesMax))
                    .build();
        }

        private void refuseSecondDelay() {
            if (delayed) {
                throw ProtocolException.invalid("A message may have 'delay' or 'deliverAt', not both");
            }
            delayed = true;
        }

        private static ProtocolException oneBody() {
            return ProtocolException.invalid("A message must have exactly one of 'body', 'text' and 'base64'");
        }
    }
}
