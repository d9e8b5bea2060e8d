package dev.postrider.broker.store.postgres.statement;

import dev.postrider.broker.store.ClaimedDelivery;
import dev.postrider.broker.store.FairPlace;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;

/**
 * A claim of {@link ClaimDeliveries} for a queue whose tenants take turns: by priority, then by place. Any broker takes
 * whatever comes next, so that the turns are those of all brokers together.
 */
public final class ClaimFair {
    // picked: as in ClaimDeliveries, a row at a time, in the index delivery_ordered, in which each priority is a part.
    // Of rows with the same place and first record, which are of different chunks, one may be left to the next claim.
    public static final String SQL =
            """
            with recursive picked as (
              select * from (
                select line.part - %2$d as rank, d.*, $3::bigint as wanted, $5::bigint as room, 1 as number
                from generate_series(%1$d, %2$d) as line (part), lateral (
                  select chunk_id, first, count, settled_count, byte_count, settled, attempts, ready_at, expires_at,
                    part, place
                  from delivery
                  where queue_id = $1 and part = line.part and part >= 0 and owner is null and not scheduled
                  order by place, first limit 1 for update skip locked) as d
                limit 1) as oldest
              union all
              select next.*, p.wanted - (p.count - p.settled_count), p.room - p.byte_count, p.number + 1
              from picked p, lateral (
                select line.part - %2$d as rank, d.*
                from generate_series(%1$d, %2$d) as line (part), lateral (
                  select chunk_id, first, count, settled_count, byte_count, settled, attempts, ready_at, expires_at,
                    part, place
                  from delivery
                  where queue_id = $1 and part = line.part and part >= 0 and owner is null and not scheduled
                    and place >= case when line.part = p.part then p.place else -9223372036854775808 end
                    and (line.part > p.part or (place, first, chunk_id) > (p.place, p.first, p.chunk_id))
                  order by place, first limit 1 for update skip locked) as d
                where line.part >= p.part
                limit 1) as next
              where p.wanted > p.count - p.settled_count and p.room > p.byte_count and p.number < $4
            )"""
                            .formatted(FairPlace.FIRST_PART, FairPlace.LAST_PART)
                    + ClaimDeliveries.TAKE;

    private ClaimFair() {}

    public static Future<List<ClaimedDelivery>> execute(SqlClient client, int queueId, long owner, int wanted) {
        return client.preparedQuery(SQL)
                .execute(Tuple.of(queueId, owner, (long) wanted, ClaimDeliveries.ROWS_MAX, ClaimDeliveries.BYTES_MAX))
                .map(rows -> {
                    List<ClaimedDelivery> claimed = new ArrayList<>(rows.size());
                    rows.forEach(row -> claimed.add(ClaimInOrder.delivery(queueId, row)));
                    return claimed;
                });
    }
}
