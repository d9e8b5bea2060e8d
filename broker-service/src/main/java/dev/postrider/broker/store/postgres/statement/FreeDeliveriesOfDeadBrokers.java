package dev.postrider.broker.store.postgres.statement;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.List;

/** Removes brokers that fell silent, and frees what is owned by no broker. */
public final class FreeDeliveriesOfDeadBrokers {
    // Nobody could beat while the server was down, so silence counts from its start at the earliest.
    // Skipping what is locked: a peer is reaping it, or the broker is beating just now.
    private static final String REMOVE_SILENT =
            """
            delete from broker where id in (
              select id from broker
              where greatest(heartbeat_at, pg_postmaster_start_time()) < clock_timestamp() - $1 * interval '1 ms'
              for update skip locked)
            returning id
            """;

    // owners: the distinct owners, found by jumping from one to the next in the index delivery_owned; few brokers own
    // many deliveries. The list is made before any row is locked, so a delivery that a newcomer, unknown to this
    // statement's snapshot, claims meanwhile is not in it and stays its own.
    private static final String FREE_ORPHANS =
            """
            with recursive owners as (
              select min(owner) as id from delivery where owner is not null
              union all
              select (select min(d.owner) from delivery d where d.owner > o.id and d.owner is not null)
              from owners o where o.id is not null
            ), gone as materialized (
              select id from owners where id is not null and not exists (select from broker b where b.id = owners.id)
            ), freed as (
              update delivery d set owner = null, attempts = least(d.attempts + 1, 32767),
                place = %s
              from gone where d.owner = gone.id
              returning d.queue_id
            )
            select distinct queue_id from freed
            """
                    .formatted(ReadyPlace.of("d"));

    private static final String FREE =
            """
            with freed as (
              update delivery d set owner = null, attempts = least(d.attempts + 1, 32767),
                place = %s
              from unnest($1::bigint[]) as gone (id) where d.owner = gone.id
              returning d.queue_id
            )
            select distinct queue_id from freed
            """
                    .formatted(ReadyPlace.of("d"));

    private FreeDeliveriesOfDeadBrokers() {}

    /** Answers who went. */
    public static Future<List<Long>> removeSilent(SqlClient client, long silenceMillis) {
        return client.preparedQuery(REMOVE_SILENT)
                .execute(Tuple.of((double) silenceMillis))
                .map(Columns::longs);
    }

    /** Answers the queues that got work. Each range counts one more attempt: its owner died with it. */
    public static Future<List<Integer>> free(SqlClient client, List<Long> brokerIds) {
        return brokerIds.isEmpty()
                ? Future.succeededFuture(List.of())
                : client.preparedQuery(FREE)
                        .execute(Tuple.of(Columns.longs(brokerIds)))
                        .map(Columns::ints);
    }

    /**
     * As {@link #free}, for whatever is owned by no broker: a claim that landed after its broker was declared dead.
     */
    public static Future<List<Integer>> freeOrphans(SqlClient client) {
        return client.preparedQuery(FREE_ORPHANS).execute().map(Columns::ints);
    }
}
