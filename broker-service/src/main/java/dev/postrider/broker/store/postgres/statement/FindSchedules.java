package dev.postrider.broker.store.postgres.statement;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Optional;

/** Reads schedules. */
public final class FindSchedules {
    private static final String BY_NAME = "select " + ScheduleRow.COLUMNS + " from schedule where name = $1";

    private static final String PAGE =
            """
            select %s from schedule
            where name > $1 and name >= $2 and starts_with(name, $2)
            order by name limit $3
            """
                    .formatted(ScheduleRow.COLUMNS);

    private static final String DUE =
            """
            select %s from schedule
            where next_at <= (select clock_millis()) + $1 and (next_at, name) > ($2, $3)
            order by next_at, name limit $4
            """
                    .formatted(ScheduleRow.COLUMNS);

    private FindSchedules() {}

    public static Future<Optional<ScheduleRow>> byName(SqlClient client, String name) {
        return client.preparedQuery(BY_NAME).execute(Tuple.of(name)).map(ScheduleRow::first);
    }

    /** {@code after} and {@code prefix} may be empty. */
    public static Future<List<ScheduleRow>> page(SqlClient client, String prefix, String after, int limit) {
        return client.preparedQuery(PAGE)
                .execute(Tuple.of(after, prefix, limit))
                .map(ScheduleRow::all);
    }

    /** Those that fire before so many milliseconds have passed, behind the given place. */
    public static Future<List<ScheduleRow>> due(
            SqlClient client, long aheadMillis, long afterMillis, String afterName, int limit) {
        return client.preparedQuery(DUE)
                .execute(Tuple.of(aheadMillis, afterMillis, afterName, limit))
                .map(ScheduleRow::all);
    }
}
