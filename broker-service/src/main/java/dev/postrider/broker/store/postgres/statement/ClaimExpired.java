package dev.postrider.broker.store.postgres.statement;

import dev.postrider.broker.store.ClaimedDelivery;
import dev.postrider.broker.store.FairPlace;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes deliveries that expired as a whole before anybody asked for them, where the queue names a dead-letter queue:
 * their new owner reads the records and sends them there. Those of ordered queues wait for whoever serves their
 * partition.
 */
public final class ClaimExpired {
    private static final int ROWS_MAX = 100;

    // The bytes are bounded as those of other claims are: what is claimed is read into memory.
    private static final String SQL =
            """
            with expired as materialized (
              select chunk_id, queue_id, first, byte_count, expires_at from delivery
              where owner is null and expires_at is not null and expires_at <= (select clock_millis())
                and (part < 0 or part >= %d) and exists (select from queue q
                    where q.id = queue_id and q.settings ->> 'deadLetterQueue' is not null)
              order by expires_at limit $2 for update skip locked
            ), sized as (
              select chunk_id, queue_id, first,
                sum(byte_count::bigint) over (order by expires_at, chunk_id, queue_id, first) - byte_count as before
              from expired
            )
            update delivery d set owner = $1, scheduled = false from sized s
            where d.chunk_id = s.chunk_id and d.queue_id = s.queue_id and d.first = s.first and s.before < $3
            returning d.chunk_id, d.first, d.count, d.priority, d.attempts, d.settled, d.queue_id
            """
                    .formatted(FairPlace.FIRST_PART);

    private ClaimExpired() {}

    public static Future<List<ClaimedDelivery>> execute(SqlClient client, long owner) {
        return client.preparedQuery(SQL)
                .execute(Tuple.of(owner, ROWS_MAX, ClaimDeliveries.BYTES_MAX))
                .map(rows -> {
                    List<ClaimedDelivery> claimed = new ArrayList<>(rows.size());
                    rows.forEach(row -> claimed.add(ClaimDeliveries.delivery(row.getInteger(6), row)));
                    return claimed;
                });
    }
}
