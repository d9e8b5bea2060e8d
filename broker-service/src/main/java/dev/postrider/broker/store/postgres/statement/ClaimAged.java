package dev.postrider.broker.store.postgres.statement;

import dev.postrider.broker.store.ClaimedDelivery;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;

/**
 * A claim of {@link ClaimDeliveries} for a queue whose messages gain priority with age: of the oldest delivery in each
 * priority, the one comes first that has been ready longest, a priority counting as so much time.
 */
public final class ClaimAged {
    // walk: a row at a time, from a row that stands for the beginning. `chunks` and `firsts` are, for each priority,
    // where the walk has come to; the next row is looked for behind them all and locked then. One that somebody else
    // has locked is
    // passed by. Age and priority weigh against each other the same at any time, so that no clock is needed.
    private static final String SQL =
            """
            with recursive walk as (
              select null::bigint as chunk_id, null::int as first, 0 as count, 0 as settled_count, 0 as byte_count,
                null::bytea as settled, null::smallint as attempts, null::bigint as ready_at,
                null::bigint as expires_at, null::smallint as part, null::bigint as place,
                0 as rank, $3::bigint as wanted, $5::bigint as room, 0 as number,
                array_fill((-9223372036854775808)::bigint, array[10]) as chunks, array_fill(-1, array[10]) as firsts
              union all
              select d.chunk_id, d.first, coalesce(d.count, 0), coalesce(d.settled_count, 0),
                coalesce(d.byte_count, 0), d.settled, d.attempts, d.ready_at, d.expires_at, d.part, d.place,
                1 - next.rung,
                w.wanted - coalesce(d.count - d.settled_count, 0), w.room - coalesce(d.byte_count, 0), w.number + 1,
                w.chunks[:next.rung - 1] || next.chunk_id || w.chunks[next.rung + 1:],
                w.firsts[:next.rung - 1] || next.first || w.firsts[next.rung + 1:]
              from walk w, lateral (
                select rung, head.chunk_id, head.first
                from generate_series(1, 10) as rung, lateral (
                  select chunk_id, first, ready_at from delivery
                  where queue_id = $1 and owner is null and not scheduled and -priority = 1 - rung
                    and chunk_id >= w.chunks[rung] and (chunk_id, first) > (w.chunks[rung], w.firsts[rung])
                  order by chunk_id, first limit 1) as head
                order by head.ready_at - (rung - 1) * $6::bigint, head.chunk_id, head.first limit 1) as next
              left join lateral (
                select chunk_id, first, count, settled_count, byte_count, settled, attempts, ready_at, expires_at,
                  part, place
                from delivery
                where chunk_id = next.chunk_id and queue_id = $1 and first = next.first
                  and owner is null and not scheduled
                for update skip locked) as d on true
              where w.wanted > 0 and w.room > 0 and w.number < $4
            ), picked as (
              select chunk_id, first, count, settled_count, byte_count, settled, attempts, ready_at, expires_at, part,
                place, rank, wanted + count - settled_count as wanted
              from walk where chunk_id is not null
            )"""
                    + ClaimDeliveries.TAKE;

    private ClaimAged() {}

    /** @param ageingMillis that make up for one priority */
    public static Future<List<ClaimedDelivery>> execute(
            SqlClient client, int queueId, long owner, int wanted, long ageingMillis) {
        return client.preparedQuery(SQL)
                .execute(Tuple.of(
                        queueId,
                        owner,
                        (long) wanted,
                        ClaimDeliveries.ROWS_MAX,
                        ClaimDeliveries.BYTES_MAX,
                        ageingMillis))
                .map(rows -> {
                    List<ClaimedDelivery> claimed = new ArrayList<>(rows.size());
                    rows.forEach(row -> claimed.add(ClaimDeliveries.delivery(queueId, row)));
                    return claimed;
                });
    }
}
