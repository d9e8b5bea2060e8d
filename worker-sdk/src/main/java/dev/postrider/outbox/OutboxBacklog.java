package dev.postrider.outbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What waits in the outbox, for pages, metrics and people. Every method is one statement on the given connection. */
public final class OutboxBacklog {
    private static final String COUNT =
            """
            select count(*) filter (where f.outbox_id is null),
                   count(*) filter (where f.parked_at is null and f.outbox_id is not null),
                   count(*) filter (where f.parked_at is not null),
                   extract(epoch from clock_timestamp() - min(o.created_at) filter (where f.parked_at is null)) * 1000
            from outbox o
            left join outbox_failure f on f.outbox_id = o.id
            """;
    private static final String LIST =
            """
            select f.outbox_id, f.aggregatetype, f.aggregateid, f.attempts, f.error, f.parked_at
            from outbox_failure f
            join outbox o on o.id = f.outbox_id
            order by o.sequence
            limit ?
            """;
    private static final String RELEASE = "delete from outbox_failure where outbox_id = ?";
    private static final String DISCARD =
            """
            delete from outbox o using outbox_failure f
            where o.id = ? and f.outbox_id = o.id and f.parked_at is not null
            """;

    private OutboxBacklog() {}

    /**
     * How many records there are.
     *
     * @param pending not yet published, never refused
     * @param retrying refused, to be tried again
     * @param parked given up
     * @param oldestAge of the oldest that is not parked
     */
    public record Counts(long pending, long retrying, long parked, Optional<Duration> oldestAge) {}

    /**
     * A record that the broker refused.
     *
     * @param attempts how often, 1 at least
     * @param parkedAt when it was given up; empty while it is tried again
     */
    public record Failure(
            UUID id,
            String queue,
            Optional<String> key,
            int attempts,
            String error,
            Optional<OffsetDateTime> parkedAt) {}

    public static Counts counts(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(COUNT)) {
            result.next();
            double ageMillis = result.getDouble(4);
            Optional<Duration> age =
                    result.wasNull() ? Optional.empty() : Optional.of(Duration.ofMillis((long) ageMillis));
            return new Counts(result.getLong(1), result.getLong(2), result.getLong(3), age);
        }
    }

    /** The refused and the parked records, oldest first, at most {@code limit}. */
    public static List<Failure> failures(Connection connection, int limit) throws SQLException {
        List<Failure> failures = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(LIST)) {
            statement.setInt(1, limit);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    failures.add(new Failure(
                            result.getObject(1, UUID.class),
                            result.getString(2),
                            Optional.ofNullable(result.getString(3)),
                            result.getInt(4),
                            result.getString(5),
                            Optional.ofNullable(result.getObject(6, OffsetDateTime.class))));
                }
            }
        }
        return failures;
    }

    /**
     * Forgets the refusals of a record: the relay takes it at its next pass, with all attempts before it. A parked one
     * comes after the later records of its key that went on without it.
     *
     * @return false if the record was never refused, or is no longer there
     */
    public static boolean release(Connection connection, UUID id) throws SQLException {
        return change(connection, RELEASE, id);
    }

    /** Deletes a parked record for good; false if it is not parked. */
    public static boolean discard(Connection connection, UUID id) throws SQLException {
        return change(connection, DISCARD, id);
    }

    private static boolean change(Connection connection, String sql, UUID id) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setObject(1, id);
            return statement.executeUpdate() > 0;
        }
    }
}
