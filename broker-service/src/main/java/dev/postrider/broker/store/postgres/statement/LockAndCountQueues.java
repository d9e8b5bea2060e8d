package dev.postrider.broker.store.postgres.statement;

import dev.postrider.broker.store.Admitted.Depth;
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
            select q.id, coalesce(ready.messages, 0), coalesce(ready.bytes, 0),
                coalesce(scheduled.messages, 0) + coalesce(owned.messages, 0),
                coalesce(scheduled.bytes, 0) + coalesce(owned.bytes, 0)
            from unnest($1::int[]) as q (id)
            cross join lateral (
              select sum(count - settled_count) as messages,
                  sum(byte_count::bigint * (count - settled_count) / count)::bigint as bytes
              from delivery where queue_id = q.id and owner is null and not scheduled) as ready
            cross join lateral (
              select sum(count - settled_count) as messages,
                  sum(byte_count::bigint * (count - settled_count) / count)::bigint as bytes
              from delivery where queue_id = q.id and scheduled) as scheduled
            cross join lateral (
              select sum(count - settled_count) as messages,
                  sum(byte_count::bigint * (count - settled_count) / count)::bigint as bytes
              from delivery where queue_id = q.id and owner is not null) as owned
            """;

    private LockAndCountQueues() {}

    /** Answers what each queue holds. The two statements are sent without waiting in between. */
    public static Future<Map<Integer, Depth>> execute(SqlClient client, Collection<Integer> queueIds) {
        Tuple sorted = Tuple.of(Columns.ints(new TreeSet<>(queueIds)));
        Future<?> locked = client.preparedQuery(LOCK).execute(sorted);
        return client.preparedQuery(COUNT)
                .execute(sorted)
                .transform(counted -> locked.compose(v -> counted.succeeded()
                        ? Future.succeededFuture(counted.result())
                        : Future.failedFuture(counted.cause())))
                .map(rows -> {
                    Map<Integer, Depth> depths = new HashMap<>();
                    rows.forEach(row -> depths.put(
                            row.getInteger(0),
                            new Depth(
                                    row.getLong(1) + row.getLong(3),
                                    row.getLong(2) + row.getLong(4),
                                    row.getLong(1),
                                    row.getLong(2))));
                    return depths;
                });
    }
}
