package dev.postrider.broker.dispatch;

import dev.postrider.broker.schedule.Schedule;
import io.vertx.core.Future;
import java.util.List;

/** Manages schedules. Safe to call from any thread. Unknown ones fail with {@code schedule-not-found}. */
public interface Schedules {
    /** Creates or replaces; a queue that is not there is created where the broker is set so, or fails the call. */
    Future<Put> put(Schedule schedule);

    Future<Schedule> get(String name);

    /** By name, those after {@code after} (null: from the start) that begin with {@code prefix} (never null). */
    Future<List<Schedule>> list(String prefix, String after, int limit);

    Future<Void> delete(String name);

    /** The answer to {@link #put}. */
    record Put(Schedule schedule, boolean created) {}
}
