package dev.postrider.outbox;

import dev.postrider.outbox.ClaimRows.Claimed;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** Notes down that the broker refused rows, and when each is tried again or that it is parked. */
final class RecordFailures {
    private static final String SQL =
            """
            insert into outbox_failure
              (outbox_id, aggregatetype, aggregateid, attempts, error, next_attempt_at, parked_at)
            select o.id, o.aggregatetype, o.aggregateid, ?, ?,
                   clock_timestamp() + make_interval(secs => ?), case when ? then clock_timestamp() end
            from outbox o
            where o.id = ?
            on conflict (outbox_id) do update
              set attempts = excluded.attempts, error = excluded.error,
                  next_attempt_at = excluded.next_attempt_at, parked_at = excluded.parked_at
            """;
    private static final int ERROR_LENGTH_MAX = 2_000;

    private RecordFailures() {}

    /** One refusal. {@code parked} says that it was the last attempt. */
    record Failure(Claimed row, String error, Duration pause, boolean parked) {}

    static void run(Connection connection, List<Failure> failures) throws SQLException {
        if (failures.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(SQL)) {
            for (Failure failure : failures) {
                statement.setInt(1, failure.row().attempts() + 1);
                statement.setString(2, printable(failure.error()));
                statement.setDouble(3, failure.pause().toMillis() / 1_000.0);
                statement.setBoolean(4, failure.parked());
                statement.setObject(5, failure.row().id());
                statement.executeUpdate();
            }
        }
    }

    private static String printable(String error) {
        String text = String.valueOf(error).replace('\0', ' ');
        return text.length() > ERROR_LENGTH_MAX ? text.substring(0, ERROR_LENGTH_MAX) : text;
    }
}
