package dev.postrider.client;

import java.util.List;

/**
 * Some of the schedules, by name.
 *
 * @param schedules in order; unmodifiable
 * @param next names the page behind this one; null if this was the last
 */
public record SchedulePage(List<ScheduleInfo> schedules, String next) {
    public SchedulePage {
        schedules = List.copyOf(schedules);
    }
}
