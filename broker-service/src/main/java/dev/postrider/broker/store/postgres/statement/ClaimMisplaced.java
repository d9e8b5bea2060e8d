package dev.postrider.broker.store.postgres.statement;

import dev.postrider.broker.store.ClaimedDelivery;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;

/** Takes ready deliveries of a partitioned queue that lie in none of its partitions. */
public final class ClaimMisplaced {
    private static final int ROWS_MAX = 100;

    // The order is that of the index delivery_ready: by another the planner might walk all queues to find a few rows.
    private static final String SQL =
            """
            with misplaced as materialized (
              select chunk_id, queue_id, first, byte_count from delivery
              where queue_id = $1 and owner is null and not scheduled and (part < 0 or part >= $3)
              order by -priority, chunk_id, first limit $4 for update skip locked
            ), sized as (
              select chunk_id, queue_id, first,
                sum(byte_count::bigint) over (order by chunk_id, first) - byte_count as before
              from misplaced
            )
            update delivery d set owner = $2 from sized s
            where d.chunk_id = s.chunk_id and d.queue_id = s.queue_id and d.first = s.first and s.before < $5
            returning d.chunk_id, d.first, d.count, d.priority, d.attempts, d.settled, d.part, d.place, d.ready_at
            """;

    private ClaimMisplaced() {}

    /** @param count partitions that the queue has */
    public static Future<List<ClaimedDelivery>> execute(SqlClient client, int queueId, long owner, int count) {
        return client.preparedQuery(SQL)
                .execute(Tuple.of(queueId, owner, count, ROWS_MAX, ClaimDeliveries.BYTES_MAX))
                .map(rows -> {
                    List<ClaimedDelivery> claimed = new ArrayList<>(rows.size());
                    rows.forEach(row -> claimed.add(ClaimInOrder.delivery(queueId, row)));
                    return claimed;
                });
    }
}
