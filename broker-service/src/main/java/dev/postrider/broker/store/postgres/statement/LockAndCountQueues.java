package dev.postrider.broker.store.postgres.statement;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * Serialises the transactions that add to a limited queue, and counts what it holds. Two statements: the count needs
 * a snapshot that is younger than the lock.
 */
public final class LockAndCountQueues {
    /** Apart from other users' advisory locks in the same database. */
    private static final int LOCK_CLASS = 0x706f7374;

    // Sorted by the caller and taken in that order, so that two transactions cannot hold what the other wants.
    private static final String LOCK =
            "select pg_advisory_xact_lock(" + LOCK_CLASS + ", q.id)::text from unnest($1::int[]) as q (id)";

    private static final String COUNT =
            """
            select q.id, (
                select coalesce(sum(count - settled_count), 0) from delivery
                where queue_id = q.id and owner is null and not scheduled)
              + (select coalesce(sum(count - settled_count), 0) from delivery
                where queue_id = q.id and scheduled)
              + (select coalesce(sum(count - settled_count), 0) from delivery
                where queue_id = q.id and owner is not null)
            from unnest($1::int[]) as q (id)
            """;

    private LockAndCountQueues() {}

    /** Answers the unsettled messages by queue. The two statements are sent without waiting in between. */
    public static Future<Map<Integer, Long>> execute(SqlClient client, Collection<Integer> queueIds) {
        Tuple sorted = Tuple.of(Columns.ints(new TreeSet<>(queueIds)));
        Future<?> locked = client.preparedQuery(LOCK).execute(sorted);
        return client.preparedQuery(COUNT)
                .execute(sorted)
                .transform(counted -> locked.compose(v -> counted.succeeded()
                        ? Future.succeededFuture(counted.result())
                        : Future.failedFuture(counted.cause())))
                .map(rows -> {
                    Map<Integer, Long> depths = new HashMap<>();
                    rows.forEach(row -> depths.put(row.getInteger(0), row.getLong(1)));
                    return depths;
                });
    }
}
