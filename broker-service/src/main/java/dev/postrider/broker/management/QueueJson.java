package dev.postrider.broker.management;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.postrider.broker.dispatch.Queues.QueueState;
import dev.postrider.broker.dispatch.Queues.Stats;
import dev.postrider.broker.transport.JsonOutput;
import java.io.IOException;
import java.util.Locale;

/** A queue as it is answered. */
final class QueueJson {
    private QueueJson() {}

    static void write(JsonGenerator out, QueueState queue) throws IOException {
        out.writeStartObject();
        out.writeStringField("name", queue.definition().name());
        out.writeFieldName("settings");
        SettingsJson.write(out, queue.definition().settings());
        out.writeBooleanField("paused", queue.definition().paused());
        out.writeStringField("createdAt", JsonOutput.instant(queue.definition().createdAtMillis()));
        out.writeFieldName("stats");
        write(out, queue.stats());
        out.writeEndObject();
    }

    private static void write(JsonGenerator out, Stats stats) throws IOException {
        out.writeStartObject();
        out.writeNumberField("ready", stats.ready());
        out.writeNumberField("inFlight", stats.inFlight());
        out.writeNumberField("scheduled", stats.scheduled());
        out.writeNumberField("deadLettered", stats.deadLettered());
        out.writeNumberField("bytes", stats.bytes());
        out.writeStringField("oldestReadyAge", age(stats.oldestReadyAgeMillis()));
        out.writeNumberField("consumers", stats.consumers());
        out.writeEndObject();
    }

    /** Seconds with a tenth, which is as exact as figures of all replicas are; null below 0. */
    static String age(long millis) {
        return millis < 0 ? null : String.format(Locale.ROOT, "%.1fs", millis / 1_000.0);
    }
}
