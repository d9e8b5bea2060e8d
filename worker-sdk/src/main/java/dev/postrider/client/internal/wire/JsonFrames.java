package dev.postrider.client.internal.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.postrider.protocol.TextDuration;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;

/** Writes the frames of {@code postrider.v1.json} that go to the broker. */
final class JsonFrames {
    private static final JsonFactory FACTORY = new JsonFactory();

    /** Fills in what a frame has besides its type and id. */
    private interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    private JsonFrames() {}

    /** A publish up to the bracket after which its messages stand; {@code ]}} has to follow them. */
    static String publishHead(long id, Target target) {
        // A name has nothing to escape: it was checked.
        String kind = target.topic() ? "topic" : "queue";
        return "{\"type\":\"publish\",\"id\":\"" + id + "\",\"" + kind + "\":\"" + target.name() + "\",\"messages\":[";
    }

    static String subscribe(long id, String queue, long credit, Duration lease) {
        return frame("subscribe", id, json -> {
            json.writeStringField("queue", queue);
            json.writeNumberField("credit", credit);
            writeDuration(json, "lease", lease);
        });
    }

    static String credit(long id, long add) {
        return frame("credit", id, json -> json.writeNumberField("add", add));
    }

    static String unsubscribe(long id) {
        return frame("unsubscribe", id, json -> {});
    }

    static String settle(long id, SettleCommand command, List<String> receipts) {
        return frame(command.kind().frameType(), id, json -> writeSettle(json, command, receipts));
    }

    /** The body of a settling call over HTTP. */
    static String settleBody(SettleCommand command, List<String> receipts) {
        return object(json -> writeSettle(json, command, receipts));
    }

    private static void writeSettle(JsonGenerator json, SettleCommand command, List<String> receipts)
            throws IOException {
        json.writeArrayFieldStart("receipts");
        for (String receipt : receipts) {
            json.writeString(receipt);
        }
        json.writeEndArray();
        writeDuration(json, command.kind() == SettleCommand.Kind.EXTEND ? "lease" : "delay", command.duration());
        if (command.reason() != null) {
            json.writeStringField("reason", command.reason());
        }
    }

    private static void writeDuration(JsonGenerator json, String field, Duration value) throws IOException {
        if (value != null) {
            json.writeStringField(field, TextDuration.format(value.toMillis()));
        }
    }

    private static String frame(String type, long id, Fields fields) {
        return object(json -> {
            json.writeStringField("type", type);
            json.writeStringField("id", Long.toString(id));
            fields.write(json);
        });
    }

    private static String object(Fields fields) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }
}
