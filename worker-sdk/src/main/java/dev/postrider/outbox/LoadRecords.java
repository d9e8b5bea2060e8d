package dev.postrider.outbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Reads whole records, in the order in which they were written. */
final class LoadRecords {
    private static final String SQL =
            """
            select id, aggregatetype, aggregateid, type, payload, content_type, headers::text,
                   priority, deliver_at, ttl_millis
            from outbox
            where id = any (?)
            order by sequence
            """;

    private LoadRecords() {}

    /**
     * What a row holds.
     *
     * @param record null if the row is not a record: somebody else than this library wrote it
     * @param error why it is none, otherwise null
     */
    record Loaded(UUID id, OutboxRecord record, String error) {}

    static List<Loaded> run(Connection connection, Collection<UUID> ids) throws SQLException {
        List<Loaded> records = new ArrayList<>(ids.size());
        try (PreparedStatement statement = connection.prepareStatement(SQL)) {
            statement.setArray(1, connection.createArrayOf("uuid", ids.toArray()));
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    records.add(loaded(result));
                }
            }
        }
        return records;
    }

    private static Loaded loaded(ResultSet result) throws SQLException {
        UUID id = result.getObject(1, UUID.class);
        try {
            return new Loaded(id, record(id, result), null);
        } catch (IllegalArgumentException e) {
            return new Loaded(id, null, "The row is not a record: " + e.getMessage());
        }
    }

    private static OutboxRecord record(UUID id, ResultSet result) throws SQLException {
        OutboxRecord record = OutboxRecord.forTarget(result.getString(2), result.getBytes(5), result.getString(6))
                .withId(id)
                .withKey(result.getString(3))
                .withType(result.getString(4))
                .withPriority(result.getInt(8));
        for (Map.Entry<String, String> header :
                OutboxJson.readHeaders(result.getString(7)).entrySet()) {
            record = record.withHeader(header.getKey(), header.getValue());
        }
        OffsetDateTime deliverAt = result.getObject(9, OffsetDateTime.class);
        Long ttlMillis = result.getObject(10, Long.class);
        return record.withDeliverAt(deliverAt == null ? null : deliverAt.toInstant())
                .withTtl(ttlMillis == null ? null : Duration.ofMillis(ttlMillis));
    }
}
