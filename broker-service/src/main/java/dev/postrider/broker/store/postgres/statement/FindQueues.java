package dev.postrider.broker.store.postgres.statement;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Optional;

/** Reads queue definitions. */
public final class FindQueues {
    private static final String BY_NAME = "select " + QueueRow.COLUMNS + " from queue where name = $1";
    private static final String BY_ID = "select " + QueueRow.COLUMNS + " from queue where id = $1";
    private static final String PAGE =
            """
            select %s from queue
            where name > $1 and name >= $2 and starts_with(name, $2)
            order by name limit $3
            """
                    .formatted(QueueRow.COLUMNS);

    private FindQueues() {}

    public static Future<Optional<QueueRow>> byName(SqlClient client, String name) {
        return client.preparedQuery(BY_NAME).execute(Tuple.of(name)).map(QueueRow::first);
    }

    public static Future<Optional<QueueRow>> byId(SqlClient client, int id) {
        return client.preparedQuery(BY_ID).execute(Tuple.of(id)).map(QueueRow::first);
    }

    /** {@code after} and {@code prefix} may be empty. */
    public static Future<List<QueueRow>> page(SqlClient client, String prefix, String after, int limit) {
        return client.preparedQuery(PAGE)
                .execute(Tuple.of(after, prefix, limit))
                .map(QueueRow::all);
    }
}
