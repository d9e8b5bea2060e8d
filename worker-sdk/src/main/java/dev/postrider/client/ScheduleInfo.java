package dev.postrider.client;

import java.time.Instant;

/**
 * A schedule as the broker answers it.
 *
 * @param cron as it was given
 * @param timeZone as it was given
 * @param queue where the message goes; null if it goes to a topic
 * @param topic where the message goes; null if it goes to a queue
 * @param message the message as JSON, as it was given
 * @param missed {@code once} or {@code skip}
 * @param next when it fires next; null if it does not any more
 * @param createdAt when it was first put
 */
public record ScheduleInfo(
        String name,
        String cron,
        String timeZone,
        String queue,
        String topic,
        String message,
        String missed,
        Instant next,
        Instant createdAt) {}
