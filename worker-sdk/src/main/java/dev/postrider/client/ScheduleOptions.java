package dev.postrider.client;

import java.time.ZoneId;
import java.util.Objects;

/**
 * What a schedule publishes, when and where. Immutable. The broker judges the cron expression; the message must have
 * neither an id nor a deduplication key nor an instant of delivery, since each firing is a message of its own.
 *
 * @param cron five fields such as {@code 0 9 * * MON-FRI}, or a name such as {@code @daily}
 * @param timeZone by whose clocks; UTC unless it is set
 * @param queue where the message goes; null if it goes to a topic
 * @param topic where the message goes; null if it goes to a queue
 * @param message what is published at each firing
 * @param skipMissed true: firings that no broker was there for are left out; false: they are made up for by one
 */
public record ScheduleOptions(
        String cron, ZoneId timeZone, String queue, String topic, OutgoingMessage message, boolean skipMissed) {
    public ScheduleOptions {
        Objects.requireNonNull(cron, "cron");
        Objects.requireNonNull(timeZone, "timeZone");
        Objects.requireNonNull(message, "message");
        if ((queue == null) == (topic == null)) {
            throw new IllegalArgumentException("A schedule has a queue or a topic");
        }
    }

    /** One that publishes to a queue, by UTC. */
    public static ScheduleOptions toQueue(String queue, String cron, OutgoingMessage message) {
        return new ScheduleOptions(cron, ZoneId.of("UTC"), queue, null, message, false);
    }

    /** One that publishes to a topic, by UTC. */
    public static ScheduleOptions toTopic(String topic, String cron, OutgoingMessage message) {
        return new ScheduleOptions(cron, ZoneId.of("UTC"), null, topic, message, false);
    }

    /** The same by the clocks of that zone. */
    public ScheduleOptions withTimeZone(ZoneId value) {
        return new ScheduleOptions(cron, value, queue, topic, message, skipMissed);
    }

    /** The same, with missed firings left out. */
    public ScheduleOptions skippingMissed() {
        return new ScheduleOptions(cron, timeZone, queue, topic, message, true);
    }
}
