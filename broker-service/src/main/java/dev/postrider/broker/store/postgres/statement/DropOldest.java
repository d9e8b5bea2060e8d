package dev.postrider.broker.store.postgres.statement;

import dev.postrider.broker.store.Excess;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;

/**
 * Drops ready, unowned messages of a queue, the oldest first whatever their priority, until as many have gone as are to
 * go. Of the last delivery it drops the beginning. Chunks of slices go with these, kept ones with the next sweep.
 */
public final class DropOldest {
    /** Deliveries dropped at once at most. */
    private static final int ROWS_MAX = 1_000;

    // picked: a row at a time, as a claim does. Of the first in each priority the oldest is the next; those of the
    // others are locked with it until the end of the transaction, and who claims meanwhile comes again.
    //
    // What stays of a row is named after a record that it owed when it was made, as the rest of a claim is.
    private static final String SQL =
            """
            with recursive picked as (
              select * from (
                select d.*, $2::bigint as messages, $3::bigint as bytes, 1 as number
                from generate_series(-9, 0) as rank, lateral (
                  select chunk_id, first, count, settled_count, byte_count, settled, attempts, ready_at, expires_at,
                      priority, part, place, count - settled_count as unsettled,
                      byte_count::bigint * (count - settled_count) / count as unsettled_bytes
                  from delivery
                  where queue_id = $1 and owner is null and not scheduled and -priority = rank
                  order by chunk_id, first limit 1 for update skip locked) as d
                order by chunk_id, first limit 1) as oldest
              union all
              select next.*, p.messages - p.unsettled, p.bytes - p.unsettled_bytes, p.number + 1
              from picked p, lateral (
                select d.*
                from generate_series(-9, 0) as rank, lateral (
                  select chunk_id, first, count, settled_count, byte_count, settled, attempts, ready_at, expires_at,
                      priority, part, place, count - settled_count as unsettled,
                      byte_count::bigint * (count - settled_count) / count as unsettled_bytes
                  from delivery
                  where queue_id = $1 and owner is null and not scheduled and -priority = rank
                    and chunk_id >= p.chunk_id and (chunk_id, first) > (p.chunk_id, p.first)
                  order by chunk_id, first limit 1 for update skip locked) as d
                order by chunk_id, first limit 1) as next
              where (p.messages > p.unsettled or p.bytes > p.unsettled_bytes) and p.number < $4
            ), wanted as (
              select p.*, greatest(messages, case when bytes <= 0 then 0 when byte_count = 0 then unsettled
                  else (bytes * count + byte_count - 1) / byte_count end) as wanted
              from picked p
            ), cut as (
              select w.*, $1::int as queue_id, case
                when unsettled <= wanted then count
                when settled_count = 0 then wanted::int
                else (select i from generate_series(0, w.count - 1) as i
                      where case when w.first + i < length(w.settled) * 8
                        then get_bit(w.settled, w.first + i) = 0 else true end
                      order by i offset w.wanted limit 1)
                end as taken
              from wanted w
            ), rest as (
              insert into delivery (chunk_id, queue_id, first, count, byte_count, priority, scheduled, ready_at,
                  expires_at, attempts, settled, settled_count, part, place)
              select chunk_id, $1, first + taken, count - taken,
                  byte_count - (byte_count::bigint * taken / count)::int, priority, false, ready_at, expires_at,
                  attempts, settled, case when settled_count = 0 then 0 else settled_count - (taken - wanted)::int end,
                  part, place
              from cut where taken < count
            ), gone as (
              delete from delivery d using cut c
              where d.chunk_id = c.chunk_id and d.queue_id = c.queue_id and d.first = c.first
            )
            select coalesce(sum(least(unsettled, wanted)), 0)::bigint from cut
            """;

    private DropOldest() {}

    /** Answers how many messages went. */
    public static Future<Long> execute(SqlClient client, Excess excess) {
        return client.preparedQuery(SQL)
                .execute(Tuple.of(excess.queueId(), excess.messages(), excess.bytes(), ROWS_MAX))
                .map(rows -> rows.iterator().next().getLong(0));
    }
}
