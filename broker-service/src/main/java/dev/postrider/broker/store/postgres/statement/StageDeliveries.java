package dev.postrider.broker.store.postgres.statement;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.HashSet;
import java.util.Set;

/** Makes scheduled deliveries ready that are due, oldest first. */
public final class StageDeliveries {
    private static final int ROWS_MAX = 5_000;

    // (select clock_millis()): once per statement, so that the index can be searched with it.
    private static final String STAGE =
            """
            with due as materialized (
              select chunk_id, queue_id, first from delivery
              where scheduled and ready_at <= (select clock_millis())
              order by ready_at limit $1 for update skip locked
            )
            update delivery d set scheduled = false from due
            where d.chunk_id = due.chunk_id and d.queue_id = due.queue_id and d.first = due.first
            returning d.queue_id
            """;

    private static final String NEXT_DUE = "select min(ready_at) from delivery where scheduled";

    private StageDeliveries() {}

    /** Which queues got work, and whether as much was staged as may be at once. */
    public record Staging(Set<Integer> queueIds, boolean isFull) {}

    public static Future<Staging> execute(SqlClient client) {
        return client.preparedQuery(STAGE).execute(Tuple.of(ROWS_MAX)).map(rows -> {
            Set<Integer> queueIds = new HashSet<>();
            rows.forEach(row -> queueIds.add(row.getInteger(0)));
            return new Staging(queueIds, rows.rowCount() >= ROWS_MAX);
        });
    }

    /** 0 if nothing is scheduled. */
    public static Future<Long> nextDueMillis(SqlClient client) {
        return client.preparedQuery(NEXT_DUE)
                .execute()
                .map(rows -> Columns.orZero(rows.iterator().next(), 0));
    }
}
