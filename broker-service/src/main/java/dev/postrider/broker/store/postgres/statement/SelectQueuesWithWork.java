package dev.postrider.broker.store.postgres.statement;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;
import java.util.List;

/** Which queues have something to claim: one look into the index for each. */
public final class SelectQueuesWithWork {
    private static final String SQL =
            """
            select q.id from unnest($1::int[]) as q (id)
            where exists (select from delivery d where d.queue_id = q.id and d.owner is null and not d.scheduled)
            """;

    private SelectQueuesWithWork() {}

    public static Future<List<Integer>> execute(SqlClient client, Collection<Integer> queueIds) {
        return client.preparedQuery(SQL)
                .execute(Tuple.of(Columns.ints(queueIds)))
                .map(Columns::ints);
    }
}
