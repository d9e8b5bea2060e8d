package dev.postrider.client.internal.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads the fields of one message from a JSON object. The payload of a JSON message is cut out of the source as it
 * stands there, so that no number and no order of fields changes on the way.
 */
public final class WireMessageReader {
    private final String source;
    private final JsonMessage message = new JsonMessage();

    WireMessageReader(String source) {
        this.source = source;
    }

    /** Reads a whole object; the parser stands on its opening brace, and then on its closing one. */
    public static WireMessage read(JsonParser parser, String source) throws IOException {
        WireMessageReader reader = new WireMessageReader(source);
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            parser.nextToken();
            reader.accept(field, parser);
        }
        return reader.message;
    }

    WireMessage message() {
        return message;
    }

    /** Takes one field, on whose value the parser stands; what is not known is skipped. */
    void accept(String field, JsonParser parser) throws IOException {
        switch (field) {
            case "receipt" -> message.receipt = parser.getValueAsString();
            case "id" -> message.id = parser.getValueAsString();
            case "queue" -> message.queue = parser.getValueAsString();
            case "topic" -> message.topic = parser.getValueAsString();
            case "key" -> message.key = parser.getValueAsString();
            case "priority" -> message.priority = parser.getValueAsInt();
            case "attempt" -> message.attempt = parser.getValueAsInt();
            case "publishedAt" -> message.publishedAt = parser.getValueAsString();
            case "expiresAt" -> message.expiresAt = parser.getValueAsString();
            case "contentType" -> message.contentType = parser.getValueAsString();
            case "headers" -> message.headers = headers(parser);
            case "text" -> message.text = parser.getValueAsString();
            case "base64" -> message.base64 = parser.getValueAsString();
            case "body" -> message.text = rawValue(parser);
            default -> parser.skipChildren();
        }
    }

    private String rawValue(JsonParser parser) throws IOException {
        long start = parser.currentTokenLocation().getCharOffset();
        parser.skipChildren();
        parser.finishToken();
        long end = parser.currentLocation().getCharOffset();
        return source.substring((int) start, (int) end);
    }

    private static Map<String, String> headers(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            return Map.of();
        }
        Map<String, String> headers = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            headers.put(name, parser.getValueAsString());
            parser.skipChildren();
        }
        return Collections.unmodifiableMap(headers);
    }
}
