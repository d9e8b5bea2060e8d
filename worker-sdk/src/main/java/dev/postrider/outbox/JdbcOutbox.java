package dev.postrider.outbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;

/** Writes outbox records over plain JDBC, in the transaction of the caller's connection. */
public final class JdbcOutbox {
    private static final String INSERT =
            """
            insert into outbox (id, aggregatetype, aggregateid, type, payload, content_type, headers,
                                priority, deliver_at, ttl_millis)
            values (?, ?, ?, ?, ?, ?, cast(? as jsonb), ?, ?, ?)
            """;

    private JdbcOutbox() {}

    /**
     * Inserts one record. It is published some time after the transaction has committed, and never if it rolls back.
     *
     * @throws IllegalStateException if the connection commits every statement by itself: the record would not share
     *     the fate of what the application writes
     * @throws SQLException if the insert fails; the transaction is then as the database left it
     */
    public static void write(Connection connection, OutboxRecord record) throws SQLException {
        checkTransaction(connection);
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            bind(insert, record);
            insert.executeUpdate();
        }
    }

    /** Inserts several records, in their order, with one round trip; otherwise as {@link #write}. */
    public static void writeAll(Connection connection, List<OutboxRecord> records) throws SQLException {
        checkTransaction(connection);
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            for (OutboxRecord record : records) {
                bind(insert, record);
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private static void checkTransaction(Connection connection) throws SQLException {
        if (connection.getAutoCommit()) {
            throw new IllegalStateException("An outbox record is written in a transaction: switch auto-commit off");
        }
    }

    private static void bind(PreparedStatement insert, OutboxRecord record) throws SQLException {
        insert.setObject(1, record.id());
        insert.setString(2, record.target());
        insert.setString(3, record.key().orElse(null));
        insert.setString(4, record.type());
        insert.setBytes(5, record.payload());
        insert.setString(6, record.contentType());
        insert.setString(7, OutboxJson.writeHeaders(record.headers()));
        insert.setInt(8, record.priority());
        OffsetDateTime deliverAt =
                record.deliverAt().map(at -> at.atOffset(ZoneOffset.UTC)).orElse(null);
        insert.setObject(9, deliverAt, Types.TIMESTAMP_WITH_TIMEZONE);
        insert.setObject(10, record.ttl().map(Duration::toMillis).orElse(null), Types.BIGINT);
    }
}
