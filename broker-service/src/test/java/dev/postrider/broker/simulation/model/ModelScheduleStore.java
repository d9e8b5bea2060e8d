package dev.postrider.broker.simulation.model;

import dev.postrider.broker.schedule.Schedule;
import dev.postrider.broker.store.ScheduleStore;
import io.vertx.core.Future;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/** The table {@code schedule}, and the statements on it. */
public final class ModelScheduleStore implements ScheduleStore {
    private static final Comparator<Schedule> BY_TIME = Comparator.comparingLong(
                    (Schedule schedule) -> schedule.state().nextAtMillis())
            .thenComparing(Schedule::name);

    private final TreeMap<String, Schedule> rows = new TreeMap<>();
    private final LongSupplier clock;
    private final Wire wire;

    ModelScheduleStore(LongSupplier clock, Wire wire) {
        this.clock = clock;
        this.wire = wire;
    }

    @Override
    public Future<Optional<Schedule>> find(String name) {
        return wire.send(Statement.of("find schedule", () -> Optional.ofNullable(rows.get(name))));
    }

    @Override
    public Future<Map.Entry<Schedule, Boolean>> put(Schedule schedule, long nextAtMillis) {
        return wire.send(Statement.of("put schedule", () -> {
            Schedule before = rows.get(schedule.name());
            Schedule stored = schedule.with(
                    before == null
                            ? new Schedule.State(clock.getAsLong(), nextAtMillis, 1)
                            : new Schedule.State(
                                    before.state().createdAtMillis(),
                                    isSameTiming(before, schedule)
                                            ? before.state().nextAtMillis()
                                            : nextAtMillis,
                                    before.state().version() + 1));
            rows.put(schedule.name(), stored);
            return Map.entry(stored, before == null);
        }));
    }

    private static boolean isSameTiming(Schedule one, Schedule other) {
        return one.timing().cron().equals(other.timing().cron())
                && one.timing().timeZone().equals(other.timing().timeZone());
    }

    @Override
    public Future<Boolean> delete(String name) {
        return wire.send(Statement.of("delete schedule", () -> rows.remove(name) != null));
    }

    @Override
    public Future<List<Schedule>> list(String prefix, String after, int limit) {
        return wire.send(Statement.of("list schedules", () -> rows.values().stream()
                .filter(row -> row.name().startsWith(prefix)
                        && (after == null || row.name().compareTo(after) > 0))
                .limit(limit)
                .toList()));
    }

    @Override
    public Future<List<Schedule>> due(long aheadMillis, Schedule after, int limit) {
        return wire.send(Statement.of("due schedules", () -> rows.values().stream()
                .filter(row -> row.state().nextAtMillis() <= clock.getAsLong() + aheadMillis)
                .filter(row -> after == null || BY_TIME.compare(row, after) > 0)
                .sorted(BY_TIME)
                .limit(limit)
                .toList()));
    }

    @Override
    public Future<Boolean> advance(Schedule schedule, long nextAtMillis) {
        return wire.send(Statement.of("advance schedule", () -> {
            Schedule row = rows.get(schedule.name());
            if (row == null || !row.state().equals(schedule.state())) {
                return false;
            }
            Schedule.State state = row.state();
            rows.put(row.name(), row.with(new Schedule.State(state.createdAtMillis(), nextAtMillis, state.version())));
            return true;
        }));
    }
}
