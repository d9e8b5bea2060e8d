package dev.postrider.broker.store;

import dev.postrider.broker.schedule.Schedule;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Schedules and when they fire next. Every failure is a {@link StoreException}. */
public interface ScheduleStore {
    Future<Optional<Schedule>> find(String name);

    /**
     * Creates the schedule or replaces it. A replaced one fires next when it would have, if its timing is the same.
     *
     * @param nextAtMillis when it fires next otherwise, in milliseconds since 1970
     * @return what is stored then, and true if it was created
     */
    Future<Map.Entry<Schedule, Boolean>> put(Schedule schedule, long nextAtMillis);

    /** False: there was none. */
    Future<Boolean> delete(String name);

    /** By name, those after {@code after} (null: from the start) that begin with {@code prefix} (never null). */
    Future<List<Schedule>> list(String prefix, String after, int limit);

    /**
     * Schedules that fire, or should have fired, before the database's clock shows {@code aheadMillis} from now.
     *
     * @param after the last one of the answer before; null: from the start
     * @return by the time of firing, then by name
     */
    Future<List<Schedule>> due(long aheadMillis, Schedule after, int limit);

    /**
     * Sets when the schedule fires next, unless it was changed or another broker has done so.
     *
     * @param schedule as it was read
     * @return false if it was left alone
     */
    Future<Boolean> advance(Schedule schedule, long nextAtMillis);
}
