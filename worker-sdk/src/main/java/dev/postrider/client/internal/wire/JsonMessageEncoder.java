package dev.postrider.client.internal.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import dev.postrider.client.OutgoingMessage;
import dev.postrider.protocol.TextDuration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Writes a message as an element of the {@code messages} of a publish. */
final class JsonMessageEncoder {
    private static final JsonFactory FACTORY = new JsonFactory();
    private static final int FIELDS_BYTES = 160;

    private JsonMessageEncoder() {}

    static byte[] encode(OutgoingMessage message, String deduplicationKey) {
        try (ByteArrayBuilder bytes = new ByteArrayBuilder(message.payload().length + FIELDS_BYTES)) {
            try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
                write(json, message, deduplicationKey);
            }
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(JsonGenerator json, OutgoingMessage message, String deduplicationKey) throws IOException {
        json.writeStartObject();
        writePayload(json, message);
        json.writeStringField("contentType", message.contentType());
        writeIfSet(json, "id", message.id());
        writeIfSet(json, "key", message.key());
        writeIfSet(
                json,
                "deduplicationKey",
                message.deduplicationKey() == null ? deduplicationKey : message.deduplicationKey());
        if (message.priority() != 0) {
            json.writeNumberField("priority", message.priority());
        }
        if (message.delay() != null) {
            json.writeStringField("delay", TextDuration.format(message.delay().toMillis()));
        }
        if (message.deliverAt() != null) {
            json.writeStringField("deliverAt", message.deliverAt().toString());
        }
        if (message.ttl() != null) {
            json.writeStringField("ttl", TextDuration.format(message.ttl().toMillis()));
        }
        writeHeaders(json, message.headers());
        json.writeEndObject();
    }

    private static void writePayload(JsonGenerator json, OutgoingMessage message) throws IOException {
        switch (message.form()) {
            case JSON -> {
                json.writeFieldName("body");
                json.writeRawValue(new String(message.payload(), StandardCharsets.UTF_8));
            }
            case TEXT -> {
                json.writeFieldName("text");
                json.writeUTF8String(message.payload(), 0, message.payload().length);
            }
            // Also what calls itself JSON: nobody has checked it, and a slip in it would break the whole frame.
            case BYTES -> json.writeBinaryField("base64", message.payload());
        }
    }

    private static void writeIfSet(JsonGenerator json, String field, String value) throws IOException {
        if (value != null) {
            json.writeStringField(field, value);
        }
    }

    private static void writeHeaders(JsonGenerator json, Map<String, String> headers) throws IOException {
        if (headers.isEmpty()) {
            return;
        }
        json.writeObjectFieldStart("headers");
        for (Map.Entry<String, String> header : headers.entrySet()) {
            json.writeStringField(header.getKey(), header.getValue());
        }
        json.writeEndObject();
    }
}
