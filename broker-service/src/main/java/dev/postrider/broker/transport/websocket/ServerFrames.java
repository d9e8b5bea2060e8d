package dev.postrider.broker.transport.websocket;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.postrider.broker.dispatch.Delivered;
import dev.postrider.broker.dispatch.Settler.Settled;
import dev.postrider.broker.transport.JsonOutput;
import dev.postrider.broker.transport.MessageJson;
import dev.postrider.broker.transport.Problem;
import dev.postrider.broker.transport.SettleJson;
import java.io.IOException;
import java.util.List;

/** The JSON frames that the broker sends. */
final class ServerFrames {
    private ServerFrames() {}

    static String subscribed(String id) {
        return frame("subscribed", id, out -> {});
    }

    static String message(String subscription, Delivered message) {
        return frame("message", null, out -> {
            out.writeStringField("subscription", subscription);
            MessageJson.writeFields(out, message);
        });
    }

    static String published(String id, List<String> ids) {
        return frame("published", id, out -> {
            out.writeArrayFieldStart("ids");
            for (String messageId : ids) {
                out.writeString(messageId);
            }
            out.writeEndArray();
        });
    }

    static String settled(String id, Settled settled) {
        return frame("settled", id, out -> SettleJson.writeFields(out, settled));
    }

    /** An error, of the frame or the subscription with that id; null: of none in particular. */
    static String error(String id, Problem problem) {
        return frame("error", id, out -> {
            out.writeFieldName("problem");
            problem.write(out);
        });
    }

    private static String frame(String type, String id, JsonOutput.Content fields) {
        return JsonOutput.write(out -> {
                    out.writeStartObject();
                    out.writeStringField("type", type);
                    writeId(out, id);
                    fields.write(out);
                    out.writeEndObject();
                })
                .toString();
    }

    private static void writeId(JsonGenerator out, String id) throws IOException {
        if (id != null) {
            out.writeStringField("id", id);
        }
    }
}
