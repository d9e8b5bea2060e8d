package dev.postrider.outbox;

import dev.postrider.outbox.ClaimRows.Claimed;
import dev.postrider.outbox.ClaimRows.RowKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds, for the keys of claimed rows, the earliest row that is still in the table and is not among those claimed: the
 * key's gate. Another relay is publishing it, or could not. No row behind a gate may be published.
 *
 * <p>This is a statement of its own, after the claim: it then sees what was committed while the claim skipped locks. A
 * row of another relay is in the table until that relay's transaction, which published it, has committed; so an absent
 * row has been confirmed by the broker.
 */
final class FindGates {
    private static final String SQL =
            """
            select k.queue, k.key, min(o.sequence)
            from unnest(?::text[], ?::text[], ?::bigint[]) as k (queue, key, last)
            join outbox o on o.aggregatetype = k.queue and o.aggregateid = k.key and o.sequence < k.last
            where o.sequence <> all (?)
              and not exists (
                select from outbox_failure f where f.outbox_id = o.id and f.parked_at is not null)
            group by k.queue, k.key
            """;

    private FindGates() {}

    /** The gate of every key of {@code rows} that has one. {@code held} are all rows that this transaction claimed. */
    static Map<RowKey, Long> run(Connection connection, List<Claimed> rows, Collection<Long> held) throws SQLException {
        Map<RowKey, Long> last = new HashMap<>();
        rows.stream().filter(row -> row.key() != null).forEach(row -> last.merge(row.key(), row.sequence(), Math::max));
        if (last.isEmpty()) {
            return Map.of();
        }
        List<RowKey> keys = List.copyOf(last.keySet());
        try (PreparedStatement statement = connection.prepareStatement(SQL)) {
            Object[] queues = keys.stream().map(RowKey::queue).toArray();
            Object[] names = keys.stream().map(RowKey::key).toArray();
            statement.setArray(1, connection.createArrayOf("text", queues));
            statement.setArray(2, connection.createArrayOf("text", names));
            statement.setArray(
                    3,
                    connection.createArrayOf(
                            "bigint", keys.stream().map(last::get).toArray()));
            statement.setArray(4, connection.createArrayOf("bigint", held.toArray()));
            return read(statement);
        }
    }

    private static Map<RowKey, Long> read(PreparedStatement statement) throws SQLException {
        Map<RowKey, Long> gates = new HashMap<>();
        try (ResultSet result = statement.executeQuery()) {
            while (result.next()) {
                gates.put(new RowKey(result.getString(1), result.getString(2)), result.getLong(3));
            }
        }
        return gates;
    }
}
