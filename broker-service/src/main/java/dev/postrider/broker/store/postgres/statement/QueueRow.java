package dev.postrider.broker.store.postgres.statement;

import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A row of {@code queue} as it is stored.
 *
 * @param settings as JSON
 * @param created true if the statement that returned the row made it
 */
public record QueueRow(
        int id, String name, JsonObject settings, boolean paused, long createdAtMillis, long version, boolean created) {
    static final String COLUMNS =
            "id, name, settings, paused, floor(extract(epoch from created_at) * 1000)::bigint, version";

    private static QueueRow of(Row row) {
        return new QueueRow(
                row.getInteger(0),
                row.getString(1),
                row.getJsonObject(2),
                row.getBoolean(3),
                row.getLong(4),
                row.getLong(5),
                row.size() > 6 && row.getBoolean(6));
    }

    static Optional<QueueRow> first(RowSet<Row> rows) {
        return rows.size() == 0
                ? Optional.empty()
                : Optional.of(of(rows.iterator().next()));
    }

    static List<QueueRow> all(RowSet<Row> rows) {
        List<QueueRow> queues = new ArrayList<>(rows.size());
        rows.forEach(row -> queues.add(of(row)));
        return queues;
    }
}
