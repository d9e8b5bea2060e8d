package dev.postrider.broker.store.postgres.statement;

import dev.postrider.broker.store.FairPlace;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.HashSet;
import java.util.Set;

/** Makes scheduled deliveries ready that are due, oldest first. */
public final class StageDeliveries {
    private static final int ROWS_MAX = 5_000;

    // (select clock_millis()): once per statement, so that the index can be searched with it.
    //
    // late: what is due of a fair queue was given its places when it was stored, and the queue has gone on since. It is
    // moved behind those who are next now, each as far as it stands behind the first of what is due with it: so it has
    // its turn as if it had come just now, and no tenant passes others by sending what is due later.
    private static final String STAGE =
            """
            with due as materialized (
              select chunk_id, queue_id, first, part, place from delivery
              where scheduled and ready_at <= (select clock_millis())
              order by ready_at limit $1 for update skip locked
            ), late as materialized (
              select lines.queue_id, lines.part, greatest(0, coalesce(front.place + 1, (clock_millis() - %2$d) * %3$d)
                - lines.place) as by
              from (select queue_id, part, min(place) as place from due where part >= %1$d group by 1, 2) as lines
              left join lateral (
                select place from delivery
                where queue_id = lines.queue_id and part = lines.part and part >= 0 and owner is null
                  and not scheduled
                order by place, first limit 1) as front on true
            )
            update delivery d set scheduled = false, place = due.place + coalesce(late.by, 0)
            from due left join late on late.queue_id = due.queue_id and late.part = due.part
            where d.chunk_id = due.chunk_id and d.queue_id = due.queue_id and d.first = due.first
            returning d.queue_id
            """
                    .formatted(FairPlace.FIRST_PART, FairPlace.EPOCH_MILLIS, FairPlace.UNITS_PER_MILLI);

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
