package dev.postrider.outbox;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/** Locks the next rows that nobody else has locked, in the order in which they were written. */
final class ClaimRows {
    // Rows of held queues, of gated keys and of keys that wait for an earlier row's next attempt are left out here
    // rather than sorted out later: they would fill the window, and rows of other keys behind them would wait.
    private static final String SQL =
            """
            select o.sequence, o.id, o.aggregatetype, o.aggregateid, octet_length(o.payload), coalesce(f.attempts, 0)
            from outbox o
            left join outbox_failure f on f.outbox_id = o.id
            where o.sequence > ?
              and o.aggregatetype <> all (?)
              and (f.outbox_id is null or f.parked_at is null and f.next_attempt_at <= now())
              and not exists (
                select from outbox_failure h
                where h.parked_at is null and h.next_attempt_at > now()
                  and h.aggregatetype = o.aggregatetype and h.aggregateid = o.aggregateid)
              and not exists (
                select from unnest(?::text[], ?::text[]) as g (queue, key)
                where g.queue = o.aggregatetype and g.key = o.aggregateid)
            order by o.sequence
            limit ?
            for update of o skip locked
            """;

    private ClaimRows() {}

    /** A row that this transaction holds. {@code key} is null for a row without one. */
    record Claimed(long sequence, UUID id, RowKey key, String queue, long bytes, int attempts) {}

    /** What keeps rows in order. */
    record RowKey(String queue, String key) {}

    /**
     * Claims at most {@code limit} rows after {@code sequence}.
     *
     * @param heldQueues whose rows are left out
     * @param gatedKeys whose rows are left out
     */
    static List<Claimed> run(
            Connection connection,
            long sequence,
            Collection<String> heldQueues,
            Collection<RowKey> gatedKeys,
            int limit)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SQL)) {
            statement.setLong(1, sequence);
            statement.setArray(2, connection.createArrayOf("text", heldQueues.toArray()));
            statement.setArray(
                    3, texts(connection, gatedKeys.stream().map(RowKey::queue).toList()));
            statement.setArray(
                    4, texts(connection, gatedKeys.stream().map(RowKey::key).toList()));
            statement.setInt(5, limit);
            return read(statement);
        }
    }

    private static Array texts(Connection connection, List<String> values) throws SQLException {
        return connection.createArrayOf("text", values.toArray());
    }

    private static List<Claimed> read(PreparedStatement statement) throws SQLException {
        List<Claimed> rows = new ArrayList<>();
        try (ResultSet result = statement.executeQuery()) {
            while (result.next()) {
                String queue = result.getString(3);
                String key = result.getString(4);
                rows.add(new Claimed(
                        result.getLong(1),
                        result.getObject(2, UUID.class),
                        key == null ? null : new RowKey(queue, key),
                        queue,
                        result.getLong(5),
                        result.getInt(6)));
            }
        }
        return rows;
    }
}
