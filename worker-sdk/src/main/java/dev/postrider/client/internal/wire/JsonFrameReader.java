package dev.postrider.client.internal.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the frames of {@code postrider.v1.json} that come from the broker. Types it does not know are passed over. */
final class JsonFrameReader {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final JsonFactory FACTORY = MAPPER.getFactory();
    private static final long NO_ID = -1;

    private String type;
    private String subscription;
    private String id;
    private List<String> ids = List.of();
    private Map<String, String> failed = Map.of();
    private JsonNode problem;
    private final WireMessageReader message;
    private final String source;

    private JsonFrameReader(String source) {
        this.source = source;
        this.message = new WireMessageReader(source);
    }

    /** Reads one frame and tells it. */
    static void read(String text, LinkListener listener) throws IOException {
        JsonFrameReader reader = new JsonFrameReader(text);
        reader.readFields();
        reader.tell(listener);
    }

    private void readFields() throws IOException {
        try (JsonParser parser = FACTORY.createParser(source)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                parser.nextToken();
                accept(field, parser);
            }
        }
    }

    private void accept(String field, JsonParser parser) throws IOException {
        switch (field) {
            case "type" -> type = parser.getValueAsString();
            case "subscription" -> subscription = parser.getValueAsString();
            case "ids" -> ids = strings(parser);
            case "failed" -> failed = failed(parser);
            case "problem" -> problem = MAPPER.readTree(parser);
            case "id" -> {
                id = parser.getValueAsString();
                message.accept(field, parser);
            }
            default -> message.accept(field, parser);
        }
    }

    private void tell(LinkListener listener) {
        if (type == null) {
            return;
        }
        switch (type) {
            case "message" -> listener.onMessages(number(subscription), List.of(message.message()));
            case "published" -> listener.onPublished(number(id), ids);
            case "settled" -> listener.onSettled(number(id), (position, settled) -> failed.get(settled.receipt()));
            case "error" -> listener.onRefused(number(id), Problems.read(problem, 0, null));
            default -> {}
        }
    }

    /** Ids are ours and therefore numbers; an error that answers nothing of ours has none. */
    private static long number(String id) {
        if (id == null) {
            return NO_ID;
        }
        try {
            return Long.parseLong(id);
        } catch (NumberFormatException e) {
            return NO_ID;
        }
    }

    private static List<String> strings(JsonParser parser) throws IOException {
        List<String> strings = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY && parser.currentToken() != null) {
            strings.add(parser.getValueAsString());
        }
        return strings;
    }

    private static Map<String, String> failed(JsonParser parser) throws IOException {
        Map<String, String> failed = new HashMap<>();
        for (JsonNode entry : MAPPER.<JsonNode>readTree(parser)) {
            failed.put(entry.path("receipt").asText(), entry.path("code").asText());
        }
        return failed;
    }
}
