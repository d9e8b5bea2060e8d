package dev.postrider.broker.store.postgres.statement;

import dev.postrider.broker.store.LimitStore.SlotRequest;
import dev.postrider.broker.store.LimitStore.Slots;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;

/** Shares out how many messages of a queue may be in flight. To be run in a transaction. */
public final class LeaseSlots {
    /** Apart from other users' advisory locks in the same database. */
    private static final int LOCK_CLASS = 0x706f7373;

    // Two statements, since the sum needs a snapshot that is younger than the lock.
    private static final String LOCK = "select pg_advisory_xact_lock(" + LOCK_CLASS + ", $1)::text";

    private static final String LEASE =
            """
            with bound as (
              select coalesce((settings ->> 'maxInFlight')::int, 2147483647) as most from queue where id = $1
            ), others as (
              select coalesce(sum(slots), 0) as slots, count(*) filter (where wanted > 0) as needy,
                coalesce(bool_or(wanted > slots), false) as unmet
              from queue_slot where queue_id = $1 and broker_id <> $2
            ), shared as (
              select most, o.slots as taken,
                case when unmet then greatest(1, (most + needy) / (needy + 1)) else most end as share
              from bound, others o
            )
            insert into queue_slot as s (queue_id, broker_id, turn, slots, wanted)
            select $1::int, $2::bigint, $3::bigint, greatest($4::int, least($5::int, most - taken, share))::int, $5::int
            from shared
            on conflict (queue_id, broker_id) do update
            set slots = excluded.slots, wanted = excluded.wanted, turn = excluded.turn where s.turn < excluded.turn
            returning slots, (select share from shared)::int
            """;

    private LeaseSlots() {}

    public static Future<Slots> execute(SqlClient client, SlotRequest request) {
        Future<?> locked = client.preparedQuery(LOCK).execute(Tuple.of(request.queueId()));
        return client.preparedQuery(LEASE)
                .execute(Tuple.of(
                        request.queueId(), request.brokerId(), request.turn(), request.kept(), request.wanted()))
                .transform(leased -> locked.compose(v -> leased.succeeded()
                        ? Future.succeededFuture(leased.result())
                        : Future.failedFuture(leased.cause())))
                .map(rows -> {
                    // No row: the queue is gone, or a later request was quicker.
                    if (rows.size() == 0) {
                        return new Slots(request.kept(), request.kept());
                    }
                    var row = rows.iterator().next();
                    return new Slots(row.getInteger(0), row.getInteger(1));
                });
    }
}
