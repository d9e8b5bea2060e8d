package dev.postrider.broker.store.postgres.statement;

import dev.postrider.broker.store.Admission.Fair;
import dev.postrider.broker.store.Admitted.Front;
import dev.postrider.broker.store.FairPlace;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Tells who is next in fair queues. Transactions that add to one come one after another, so that each sees what the one
 * before it has stored: none begins from turns that have passed meanwhile. Two statements: the answer needs a snapshot
 * that is younger than the lock.
 */
public final class FindFronts {
    /** Apart from the locks of limited queues, which are taken before. */
    private static final int LOCK_CLASS = 0x706f7375;

    // Sorted by the caller and taken in that order, so that two transactions cannot hold what the other wants.
    private static final String LOCK =
            "select pg_advisory_xact_lock(" + LOCK_CLASS + ", q.id)::text from unnest($1::int[]) as q (id)";

    private static final String FIND =
            """
            select asked.queue_id, asked.part, front.place, clock_millis()
            from unnest($1::int[], $2::int[]) as asked (queue_id, part)
            left join lateral (
              select place from delivery
              where queue_id = asked.queue_id and part = asked.part and part >= 0 and owner is null and not scheduled
              order by place, first limit 1) as front on true
            """;

    private FindFronts() {}

    /** The two statements are sent without waiting in between. */
    public static Future<Map<Fair, Front>> execute(SqlClient client, Collection<Fair> asked) {
        TreeSet<Integer> queueIds = new TreeSet<>();
        asked.forEach(fair -> queueIds.add(fair.queueId()));
        Future<?> locked = client.preparedQuery(LOCK).execute(Tuple.of(Columns.ints(queueIds)));
        return client.preparedQuery(FIND)
                .execute(Tuple.from(List.of(
                        Columns.ints(asked, Fair::queueId),
                        Columns.ints(asked, fair -> FairPlace.part(fair.priority())))))
                .transform(found -> locked.compose(v -> found.succeeded()
                        ? Future.succeededFuture(found.result())
                        : Future.failedFuture(found.cause())))
                .map(rows -> {
                    Map<Fair, Front> fronts = new HashMap<>();
                    rows.forEach(row -> fronts.put(
                            new Fair(row.getInteger(0), FairPlace.LAST_PART - row.getInteger(1)),
                            new Front(row.getLong(2), row.getLong(3))));
                    return fronts;
                });
    }
}
