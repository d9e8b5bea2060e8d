package dev.postrider.broker.management;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.postrider.broker.queue.SubscriptionDefinition;
import dev.postrider.broker.store.TopicStore.Routes;
import dev.postrider.broker.transport.JsonInput;
import dev.postrider.broker.transport.JsonOutput;
import dev.postrider.protocol.ProtocolException;
import dev.postrider.protocol.TextDuration;
import java.io.IOException;

/** Topics and subscriptions as they are asked for and answered. */
final class TopicJson {
    /** A year. */
    static final long RETENTION_MAX_MILLIS = 366L * 24 * 60 * 60 * 1_000;

    private TopicJson() {}

    /** The retention that a body asks for; null: none. */
    static TextDuration readTopic(byte[] body) {
        TextDuration[] retention = {null};
        read(body, "retention", in -> retention[0] = in.duration("retention", 1_000, RETENTION_MAX_MILLIS));
        return retention[0];
    }

    /** The filter that a body asks for; null: every message. */
    static String readSubscription(byte[] body) {
        String[] filter = {null};
        read(body, "filter", in -> filter[0] = in.string("filter"));
        return filter[0];
    }

    /** Since when a queue wants to have messages again, in milliseconds since 1970. */
    static long readSeek(byte[] body) {
        long[] from = {-1};
        read(body, "from", in -> from[0] = in.instant("from"));
        if (from[0] < 0) {
            throw ProtocolException.invalid("'from' is missing");
        }
        return from[0];
    }

    private interface Value {
        void take(JsonInput in);
    }

    /** Reads an object of one field, which may be null or absent. */
    private static void read(byte[] body, String name, Value value) {
        if (body.length == 0) {
            return;
        }
        JsonInput in = JsonInput.of(body);
        in.object("The body", field -> {
            if (!field.equals(name)) {
                return false;
            }
            if (!in.takeNull()) {
                value.take(in);
            }
            return true;
        });
        in.end();
    }

    static void write(JsonGenerator out, Routes topic) throws IOException {
        out.writeStartObject();
        out.writeStringField("name", topic.topic().name());
        TextDuration retention = topic.topic().retention();
        out.writeStringField("retention", retention == null ? null : retention.text());
        out.writeStringField("createdAt", JsonOutput.instant(topic.topic().createdAtMillis()));
        out.writeArrayFieldStart("subscriptions");
        for (SubscriptionDefinition subscription : topic.subscriptions()) {
            out.writeStartObject();
            writeFields(out, subscription);
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    static void write(JsonGenerator out, String topic, SubscriptionDefinition subscription) throws IOException {
        out.writeStartObject();
        out.writeStringField("topic", topic);
        writeFields(out, subscription);
        out.writeEndObject();
    }

    private static void writeFields(JsonGenerator out, SubscriptionDefinition subscription) throws IOException {
        out.writeStringField("queue", subscription.queue().name());
        out.writeStringField("filter", subscription.filter());
        out.writeStringField("createdAt", JsonOutput.instant(subscription.createdAtMillis()));
    }
}
