package dev.postrider.broker.store.postgres.statement;

import dev.postrider.broker.store.ClaimedDelivery;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes ready deliveries for an owner, by priority, then age, until so many unsettled records are held; splits the
 * last one. One statement, safe against any number of others like it.
 */
public final class ClaimDeliveries {
    /** Deliveries taken at once at most: bounds the time that a claim of many small ones takes. */
    public static final int ROWS_MAX = 1_000;

    /** Bytes taken at once, about: what is claimed is read into memory. */
    static final long BYTES_MAX = 8 << 20;

    // What follows once rows are picked and locked, in a table `picked` that says of each how many records were wanted
    // when it was its turn. The rows bring their queue's id along: were it a parameter, a plan made while the slices
    // are small would walk all that the queue has in them.
    static final String TAKE =
            """
            , cut as (
              select p.*, $1::int as queue_id, case
                when p.count - p.settled_count <= p.wanted then p.count
                when p.settled_count = 0 then p.wanted::int
                else (select i from generate_series(0, p.count - 1) as i
                      where case when p.first + i < length(p.settled) * 8
                        then get_bit(p.settled, p.first + i) = 0 else true end
                      order by i offset p.wanted limit 1)
                end as taken
              from picked p
            ), sized as (
              select c.*, case when taken = count then settled_count
                  when settled_count = 0 then 0 else (taken - wanted)::int end as taken_settled,
                case when taken = count then byte_count
                  else (byte_count::bigint * taken / count)::int end as taken_bytes
              from cut c
            ), rest as (
              insert into delivery (chunk_id, queue_id, first, count, byte_count, priority, scheduled, ready_at,
                  expires_at, attempts, settled, settled_count, part, place)
              select chunk_id, $1, first + taken, count - taken, byte_count - taken_bytes, -rank, false, ready_at,
                  expires_at, attempts, settled, settled_count - taken_settled, part, place
              from sized where taken < count
            ), claimed as (
              update delivery d set owner = $2, count = s.taken, settled_count = s.taken_settled,
                  byte_count = s.taken_bytes
              from sized s
              where d.chunk_id = s.chunk_id and d.queue_id = s.queue_id and d.first = s.first
              returning d.chunk_id, d.first, d.count, d.priority, d.attempts, d.settled, d.part, d.place, d.ready_at
            )
            select chunk_id, first, count, priority, attempts, settled, part, place, ready_at
            from claimed
            order by -priority, place, chunk_id, first
            """;

    // picked: a row at a time. FOR UPDATE below a LIMIT of many rows would lock far more than is wanted, and whoever
    // claims meanwhile would skip them all; a sum over a window would have to lock them all before it could stop.
    // Each step goes on in the index delivery_ready where the last one stopped: at the next place of the same
    // priority, or else at the first of the next one. `start` has a row for each priority, highest first.
    // A row changed since the statement's snapshot is checked again after it is locked, and comes with its new
    // values.
    //
    // A claim waits for the disk. If a crash of the database undid one, its owner might claim the same row again with
    // another cut, and finishing the old, shorter range would delete the new one with messages nobody has settled.
    //
    // cut: only the last row can hold more than is wanted. `wanted` counts unsettled records, so with bits set the
    // place of the cut is before the clear bit that comes next. So every row is named after a record that it owed when
    // it was made, and since no two rows owe the same record, no two have the same name.
    public static final String SQL =
            """
            with recursive picked as (
              select * from (
                select start.rank, d.*, $3::bigint as wanted, $5::bigint as room, 1 as number
                from unnest($6::int[], $7::bigint[]) as start (rank, chunk_id), lateral (
                  select chunk_id, first, count, settled_count, byte_count, settled, attempts, ready_at, expires_at,
                    part, place
                  from delivery
                  where queue_id = $1 and owner is null and not scheduled and -priority = start.rank
                    and chunk_id >= start.chunk_id
                  order by chunk_id, first limit 1 for update skip locked) as d
                limit 1) as oldest
              union all
              select next.*, p.wanted - (p.count - p.settled_count), p.room - p.byte_count, p.number + 1
              from picked p, lateral (
                select start.rank, d.*
                from unnest($6::int[], $7::bigint[]) as start (rank, chunk_id), lateral (
                  select chunk_id, first, count, settled_count, byte_count, settled, attempts, ready_at, expires_at,
                    part, place
                  from delivery
                  where queue_id = $1 and owner is null and not scheduled and -priority = start.rank
                    and chunk_id >= case when start.rank = p.rank then p.chunk_id else start.chunk_id end
                    and (chunk_id, first) > (case when start.rank = p.rank then p.chunk_id else start.chunk_id end,
                        case when start.rank = p.rank then p.first else -1 end)
                  order by chunk_id, first limit 1 for update skip locked) as d
                where start.rank >= p.rank
                limit 1) as next
              where p.wanted > p.count - p.settled_count and p.room > p.byte_count and p.number < $4
            )"""
                    + TAKE;

    private ClaimDeliveries() {}

    /**
     * Claims.
     *
     * @param starts for each priority from 0 to 9, the chunk id from which on to look
     */
    public static Future<List<ClaimedDelivery>> execute(
            SqlClient client, int queueId, long owner, int wanted, long[] starts) {
        Integer[] ranks = new Integer[starts.length];
        Long[] chunkIds = new Long[starts.length];
        for (int i = 0; i < starts.length; i++) {
            int priority = starts.length - 1 - i;
            ranks[i] = -priority;
            chunkIds[i] = starts[priority];
        }
        return client.preparedQuery(SQL)
                .execute(Tuple.from(List.of(queueId, owner, (long) wanted, ROWS_MAX, BYTES_MAX, ranks, chunkIds)))
                .map(rows -> {
                    List<ClaimedDelivery> claimed = new ArrayList<>(rows.size());
                    rows.forEach(row -> claimed.add(delivery(queueId, row)));
                    return claimed;
                });
    }

    /** Expects chunk_id, first, count, priority, attempts, settled. */
    static ClaimedDelivery delivery(int queueId, Row row) {
        return new ClaimedDelivery(
                queueId,
                row.getLong(0),
                row.getInteger(1),
                row.getInteger(2),
                row.getInteger(3),
                row.getInteger(4),
                Columns.bytes(row, 5));
    }
}
