package dev.postrider.broker.store.postgres.statement;

import dev.postrider.broker.store.ClaimedDelivery;
import dev.postrider.broker.store.Standing;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Takes ready deliveries from partitions that the owner serves, each partition from its beginning. */
public final class ClaimInOrder {
    // served: locked until the claim is committed. Whoever frees a partition waits for it; if the partition was freed
    // or its term raised before, the row is looked at again once it is locked, and nothing is claimed.
    //
    // locked: a delivery may go or move meanwhile, since emptying a queue, expiry and the keeping of left-overs lock
    // deliveries, not partitions. What comes behind a missing one is left to the next claim, which sees where it is.
    private static final String SQL =
            """
            with served as materialized (
              select number from partition
              where queue_id = $1 and owner = $2 and term = $3 and number = any ($4::int[])
              for share
            ), candidate as materialized (
              select d.* from served, lateral (
                select chunk_id, queue_id, first, part, place, count - settled_count as unsettled, byte_count
                from delivery
                where queue_id = $1 and part = served.number and part >= 0 and owner is null and not scheduled
                order by place, first limit $6) as d
            ), picked as materialized (
              select * from (
                select *, sum(unsettled) over line - unsettled as records_before,
                  sum(byte_count::bigint) over line - byte_count as bytes_before,
                  row_number() over line as number
                from candidate
                window line as (order by place, first rows unbounded preceding)) as summed
              where records_before < $5 and bytes_before < $7 and number <= $6
            ), locked as materialized (
              select d.chunk_id, d.first from picked p
              join delivery d on d.chunk_id = p.chunk_id and d.queue_id = p.queue_id and d.first = p.first
              where d.owner is null and not d.scheduled
              for update of d
            ), missing as (
              select p.part, min(p.place) as place from picked p
              left join locked l on l.chunk_id = p.chunk_id and l.first = p.first
              where l.chunk_id is null group by p.part
            ), claimed as (
              update delivery d set owner = $2
              from picked p left join missing m on m.part = p.part
              where d.chunk_id = p.chunk_id and d.queue_id = p.queue_id and d.first = p.first
                and (m.place is null or p.place < m.place)
              returning d.chunk_id, d.first, d.count, d.priority, d.attempts, d.settled, d.part, d.place, d.ready_at
            )
            select * from claimed order by place, first
            """;

    private ClaimInOrder() {}

    public static Future<List<ClaimedDelivery>> execute(
            SqlClient client, int queueId, long owner, long term, Collection<Integer> partitions, int wanted) {
        return client.preparedQuery(SQL)
                .execute(Tuple.from(List.of(
                        queueId,
                        owner,
                        term,
                        Columns.ints(partitions),
                        (long) wanted,
                        ClaimDeliveries.ROWS_MAX,
                        ClaimDeliveries.BYTES_MAX)))
                .map(rows -> {
                    List<ClaimedDelivery> claimed = new ArrayList<>(rows.size());
                    rows.forEach(row -> claimed.add(delivery(queueId, row)));
                    return claimed;
                });
    }

    /** Expects chunk_id, first, count, priority, attempts, settled, part, place, ready_at. */
    static ClaimedDelivery delivery(int queueId, Row row) {
        int part = row.getInteger(6);
        return new ClaimedDelivery(
                queueId,
                row.getLong(0),
                row.getInteger(1),
                row.getInteger(2),
                row.getInteger(3),
                row.getInteger(4),
                Columns.bytes(row, 5),
                part < 0 ? null : new Standing(part, row.getLong(7), row.getLong(8)));
    }
}
