package dev.postrider.broker.store.postgres.statement;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A row of {@code schedule} as it is stored.
 *
 * @param queue where the message goes, or null
 * @param topic where it goes otherwise, or null
 * @param message a batch of one record
 */
public record ScheduleRow(
        String name, Timing timing, String queue, String topic, byte[] message, String missed, State state) {
    static final String COLUMNS = "name, cron, time_zone, queue, topic, message, missed,"
            + " floor(extract(epoch from created_at) * 1000)::bigint, next_at, version";

    /** When it fires. */
    public record Timing(String cron, String timeZone) {}

    /** {@code created}: the statement that returned the row made it. */
    public record State(long createdAtMillis, long nextAtMillis, long version, boolean created) {}

    private static ScheduleRow of(Row row) {
        return new ScheduleRow(
                row.getString(0),
                new Timing(row.getString(1), row.getString(2)),
                row.getString(3),
                row.getString(4),
                row.getBuffer(5).getBytes(),
                row.getString(6),
                new State(row.getLong(7), row.getLong(8), row.getLong(9), row.size() > 10 && row.getBoolean(10)));
    }

    static Optional<ScheduleRow> first(RowSet<Row> rows) {
        return rows.size() == 0
                ? Optional.empty()
                : Optional.of(of(rows.iterator().next()));
    }

    static List<ScheduleRow> all(RowSet<Row> rows) {
        List<ScheduleRow> schedules = new ArrayList<>(rows.size());
        rows.forEach(row -> schedules.add(of(row)));
        return schedules;
    }
}
