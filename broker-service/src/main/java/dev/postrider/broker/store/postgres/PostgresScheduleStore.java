package dev.postrider.broker.store.postgres;

import dev.postrider.broker.queue.SettingNames;
import dev.postrider.broker.schedule.Missed;
import dev.postrider.broker.schedule.Schedule;
import dev.postrider.broker.schedule.Timing;
import dev.postrider.broker.store.ScheduleStore;
import dev.postrider.broker.store.postgres.statement.FindSchedules;
import dev.postrider.broker.store.postgres.statement.ScheduleRow;
import dev.postrider.broker.store.postgres.statement.WriteSchedule;
import dev.postrider.protocol.codec.RecordBatchReader;
import dev.postrider.protocol.codec.RecordBatchWriter;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Schedules on PostgreSQL. Safe to call from any thread. */
final class PostgresScheduleStore implements ScheduleStore {
    private final Database database;

    PostgresScheduleStore(Database database) {
        this.database = database;
    }

    @Override
    public Future<Optional<Schedule>> find(String name) {
        return database.ask(connection -> FindSchedules.byName(connection, name))
                .map(row -> row.map(PostgresScheduleStore::schedule));
    }

    @Override
    public Future<Map.Entry<Schedule, Boolean>> put(Schedule schedule, long nextAtMillis) {
        RecordBatchWriter message = new RecordBatchWriter();
        message.append(schedule.message());
        ScheduleRow row = new ScheduleRow(
                schedule.name(),
                new ScheduleRow.Timing(
                        schedule.timing().cron(), schedule.timing().timeZone()),
                schedule.target().queue(),
                schedule.target().topic(),
                message.finish(),
                SettingNames.of(schedule.missed()),
                new ScheduleRow.State(0, nextAtMillis, 0, false));
        return database.once(connection -> WriteSchedule.put(connection, row))
                .map(stored -> Map.entry(schedule(stored), stored.state().created()));
    }

    @Override
    public Future<Boolean> delete(String name) {
        return database.once(connection -> WriteSchedule.delete(connection, name));
    }

    @Override
    public Future<List<Schedule>> list(String prefix, String after, int limit) {
        return database.ask(connection -> FindSchedules.page(connection, prefix, after == null ? "" : after, limit))
                .map(PostgresScheduleStore::schedules);
    }

    @Override
    public Future<List<Schedule>> due(long aheadMillis, Schedule after, int limit) {
        long afterMillis = after == null ? Long.MIN_VALUE : after.state().nextAtMillis();
        String afterName = after == null ? "" : after.name();
        return database.ask(connection -> FindSchedules.due(connection, aheadMillis, afterMillis, afterName, limit))
                .map(PostgresScheduleStore::schedules);
    }

    @Override
    public Future<Boolean> advance(Schedule schedule, long nextAtMillis) {
        return database.once(connection -> WriteSchedule.advance(
                connection,
                schedule.name(),
                schedule.state().version(),
                schedule.state().nextAtMillis(),
                nextAtMillis));
    }

    private static List<Schedule> schedules(List<ScheduleRow> rows) {
        return rows.stream().map(PostgresScheduleStore::schedule).toList();
    }

    private static Schedule schedule(ScheduleRow row) {
        return new Schedule(
                row.name(),
                Timing.parse(row.timing().cron(), row.timing().timeZone()),
                new Schedule.Target(row.queue(), row.topic()),
                RecordBatchReader.of(row.message()).read(0),
                SettingNames.find(Missed.values(), row.missed()).orElseThrow(),
                new Schedule.State(
                        row.state().createdAtMillis(),
                        row.state().nextAtMillis(),
                        row.state().version()));
    }
}
