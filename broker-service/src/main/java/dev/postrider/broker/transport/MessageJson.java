package dev.postrider.broker.transport;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.postrider.broker.dispatch.Delivered;
import dev.postrider.protocol.TextDuration;
import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.Map;

/**
 * Writes messages as they are delivered everywhere in JSON, in one line: a JSON payload as {@code body}, other UTF-8
 * as {@code text}, the rest as {@code base64}.
 */
public final class MessageJson {
    private MessageJson() {}

    /** The message as a document of its own. */
    public static Buffer toBuffer(Delivered message) {
        return JsonOutput.write(out -> write(out, message));
    }

    /** Writes the message as an object. */
    public static void write(JsonGenerator out, Delivered message) throws IOException {
        out.writeStartObject();
        writeFields(out, message);
        out.writeEndObject();
    }

    /** Writes the message's fields into the object that {@code out} is in. Without a receipt there is none. */
    public static void writeFields(JsonGenerator out, Delivered message) throws IOException {
        if (message.receipt() != null) {
            out.writeStringField("receipt", message.receipt().toText());
        }
        MessageRecord record = message.record();
        out.writeStringField("id", message.id());
        out.writeStringField("queue", message.queue());
        out.writeStringField("topic", record.topic());
        out.writeStringField("key", record.key());
        out.writeNumberField("priority", record.priority());
        out.writeNumberField("attempt", message.attempt());
        out.writeStringField("publishedAt", JsonOutput.instant(message.publishedAtMillis()));
        out.writeStringField(
                "expiresAt", message.expiresAtMillis() <= 0 ? null : JsonOutput.instant(message.expiresAtMillis()));
        out.writeStringField("contentType", record.contentType());
        writeHeaders(out, record.headers());
        writeBody(out, record.contentType(), record.body());
    }

    /** Writes a message as it is published, an object with the fields that it has. */
    public static void writeOutgoing(JsonGenerator out, MessageRecord record) throws IOException {
        out.writeStartObject();
        if (record.key() != null) {
            out.writeStringField("key", record.key());
        }
        out.writeNumberField("priority", record.priority());
        writeDuration(out, "delay", record.delayMillis());
        writeDuration(out, "ttl", record.ttlMillis());
        out.writeStringField("contentType", record.contentType());
        writeHeaders(out, record.headers());
        writeBody(out, record.contentType(), record.body());
        out.writeEndObject();
    }

    private static void writeDuration(JsonGenerator out, String field, long millis) throws IOException {
        if (millis != MessageRecord.NONE) {
            out.writeStringField(field, TextDuration.format(millis));
        }
    }

    private static void writeHeaders(JsonGenerator out, Map<String, String> headers) throws IOException {
        out.writeObjectFieldStart("headers");
        for (Map.Entry<String, String> header : headers.entrySet()) {
            out.writeStringField(header.getKey(), header.getValue());
        }
        out.writeEndObject();
    }

    private static void writeBody(JsonGenerator out, String contentType, byte[] body) throws IOException {
        String text = JsonText.decode(body);
        if (text == null) {
            out.writeBinaryField("base64", body);
        } else if (JsonText.isJson(contentType) && JsonText.isValue(body)) {
            out.writeFieldName("body");
            // Line breaks can only stand between the tokens of valid JSON, so that a space means the same.
            out.writeRawValue(text.replace('\n', ' ').replace('\r', ' '));
        } else {
            out.writeStringField("text", text);
        }
    }
}
