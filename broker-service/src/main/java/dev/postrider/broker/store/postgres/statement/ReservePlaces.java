package dev.postrider.broker.store.postgres.statement;

import dev.postrider.broker.store.LimitStore;
import dev.postrider.broker.store.LimitStore.Places;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;

/** Deals out the time of a queue: the generic cell rate algorithm with one row for all brokers. */
public final class ReservePlaces {
    private static final String NOW = "(floor(extract(epoch from clock_timestamp()) * 1000000)::bigint * 1000)";

    // The next free place; never further ahead than a grant may be, so that a pace that was slow until now is
    // forgotten.
    private static final String FIRST =
            "greatest(excluded.first_nanos, least(p.next_nanos, excluded.first_nanos + %d + $2::bigint))"
                    .formatted(LimitStore.AHEAD_NANOS);

    private static final String GRANTED = "case when %s <= excluded.first_nanos + %d then excluded.granted else 0 end"
            .formatted(FIRST, LimitStore.AHEAD_NANOS);

    // What a crash of the database undoes is a moment's pace, which need not wait for the disk; a slow one does.
    private static final String RESERVE =
            """
            insert into queue_pace as p (queue_id, first_nanos, granted, next_nanos)
            select $1::int, now, n, now + n * $2::bigint
            from (select NOW as now, least($3::bigint, $4::bigint / $2::bigint + 1)::int as n) as asked
            on conflict (queue_id) do update set first_nanos = FIRST, granted = GRANTED,
                next_nanos = FIRST + (GRANTED) * $2::bigint
            returning first_nanos - NOW, granted, next_nanos, set_config('synchronous_commit',
                case when $2::bigint > 1000000000 then current_setting('synchronous_commit') else 'off' end, true)
            """
                    .replace("NOW", NOW)
                    .replace("FIRST", FIRST)
                    .replace("GRANTED", GRANTED);

    private static final String GIVE_BACK =
            """
            update queue_pace set next_nanos = next_nanos - $3::bigint
            where queue_id = $1 and next_nanos = $2
            returning set_config('synchronous_commit', 'off', true)
            """;

    private ReservePlaces() {}

    public static Future<Places> execute(SqlClient client, int queueId, long intervalNanos, int wanted) {
        return client.preparedQuery(RESERVE)
                .execute(Tuple.of(queueId, intervalNanos, (long) wanted, LimitStore.GRANT_NANOS))
                .map(rows -> {
                    var row = rows.iterator().next();
                    return new Places(row.getLong(0), row.getInteger(1), row.getLong(2));
                });
    }

    public static Future<?> giveBack(SqlClient client, int queueId, long endNanos, long unusedNanos) {
        return client.preparedQuery(GIVE_BACK).execute(Tuple.of(queueId, endNanos, unusedNanos));
    }
}
