package dev.postrider.broker.management;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.postrider.broker.queue.SettingNames;
import dev.postrider.broker.schedule.Missed;
import dev.postrider.broker.schedule.Schedule;
import dev.postrider.broker.schedule.Timing;
import dev.postrider.broker.transport.JsonInput;
import dev.postrider.broker.transport.JsonOutput;
import dev.postrider.broker.transport.MessageJson;
import dev.postrider.broker.transport.MessageParser;
import dev.postrider.protocol.Names;
import dev.postrider.protocol.ProtocolException;
import dev.postrider.protocol.record.MessageRecord;
import java.io.IOException;

/** A schedule as JSON. */
final class ScheduleJson {
    private String cron;
    private String timeZone = "UTC";
    private String queue;
    private String topic;
    private MessageRecord message;
    private Missed missed = Missed.ONCE;

    private ScheduleJson() {}

    /** Reads the schedule of the given name; what is absent takes its default. */
    static Schedule read(String name, byte[] body, MessageParser parser) {
        ScheduleJson schedule = new ScheduleJson();
        JsonInput in = JsonInput.of(body);
        in.object("The body", field -> schedule.take(in, field, parser));
        in.end();
        return schedule.finish(name);
    }

    private boolean take(JsonInput in, String field, MessageParser parser) {
        switch (field) {
            case "cron", "timeZone", "queue", "topic", "message", "missed" -> {
                // What is null is absent.
                if (!in.takeNull()) {
                    set(in, field, parser);
                }
                return true;
            }
            default -> {
                return false;
            }
        }
    }

    private void set(JsonInput in, String field, MessageParser parser) {
        switch (field) {
            case "cron" -> cron = in.string(field);
            case "timeZone" -> timeZone = in.string(field);
            case "queue" -> queue = Names.check("queue", in.string(field));
            case "topic" -> topic = Names.check("topic", in.string(field));
            case "message" -> message = parser.read(in);
            default -> missed = missed(in.string(field));
        }
    }

    private static Missed missed(String text) {
        return SettingNames.find(Missed.values(), text)
                .orElseThrow(() -> ProtocolException.invalid("'missed' must be once or skip"));
    }

    private Schedule finish(String name) {
        require("cron", cron != null);
        require("message", message != null);
        if ((queue == null) == (topic == null)) {
            throw ProtocolException.invalid("A schedule must have exactly one of 'queue' and 'topic'");
        }
        boolean repeats = message.id() != null || message.deduplicationKey() != null;
        if (repeats || message.deliverAtMillis() != MessageRecord.NONE) {
            throw ProtocolException.invalid("The message of a schedule cannot have 'id', 'deduplicationKey' or"
                    + " 'deliverAt': each firing is a message of its own");
        }
        return new Schedule(
                name, Timing.parse(cron, timeZone), new Schedule.Target(queue, topic), message, missed, null);
    }

    private static void require(String field, boolean there) {
        if (!there) {
            throw ProtocolException.invalid("'" + field + "' is missing");
        }
    }

    static void write(JsonGenerator out, Schedule schedule) throws IOException {
        out.writeStartObject();
        out.writeStringField("name", schedule.name());
        out.writeStringField("cron", schedule.timing().cron());
        out.writeStringField("timeZone", schedule.timing().timeZone());
        boolean toQueue = schedule.target().queue() != null;
        out.writeStringField(
                toQueue ? "queue" : "topic",
                toQueue ? schedule.target().queue() : schedule.target().topic());
        out.writeFieldName("message");
        MessageJson.writeOutgoing(out, schedule.message());
        out.writeStringField("missed", SettingNames.of(schedule.missed()));
        long next = schedule.state().nextAtMillis();
        out.writeStringField("next", next == Long.MAX_VALUE ? null : JsonOutput.instant(next));
        out.writeStringField("createdAt", JsonOutput.instant(schedule.state().createdAtMillis()));
        out.writeEndObject();
    }
}
