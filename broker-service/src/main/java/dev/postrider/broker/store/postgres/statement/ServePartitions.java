package dev.postrider.broker.store.postgres.statement;

import dev.postrider.broker.store.PartitionStore.Share;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/** Says which broker serves which partition of an ordered queue. */
public final class ServePartitions {
    private static final String CREATE =
            """
            insert into partition (queue_id, number)
            select $1, number from generate_series(0, $2 - 1) as number
            where exists (select from queue where id = $1)
            on conflict do nothing
            """;

    // living: a broker that is being removed waits for this statement, or this one finds it gone. FOR KEY SHARE does
    // not wait for its heartbeat.
    // A partition whose owner is no broker was freed by a version that knows of no partitions.
    private static final String SHARE =
            """
            with living as materialized (
              select id from broker where id = $2 for key share
            ), fair as materialized (
              select case when $5 then ceil($4::numeric / (1 + count(*)))::int else 0 end as share
              from broker where id <> $2 and jsonb_exists(consumers, $1::int::text)
            ), free as materialized (
              select number from partition p
              where queue_id = $1 and number < $4 and exists (select from living)
                and (owner is null or not exists (select from broker b where b.id = p.owner))
              order by number
              limit greatest(0, (select share from fair)
                - (select count(*) from partition where queue_id = $1 and number < $4 and owner = $2))
              for update skip locked
            ), taken as (
              update partition p set owner = $2, term = $3 from free f
              where p.queue_id = $1 and p.number = f.number
              returning p.number
            ), renewed as (
              update partition set term = $3
              where queue_id = $1 and number < $4 and owner = $2 and term < $3
              returning number
            ), kept as (
              select number from partition where queue_id = $1 and number < $4 and owner = $2 and term = $3
            )
            select (select share from fair),
              array(select number::int from taken union select number from renewed union select number from kept),
              (select count(*) from partition where queue_id = $1 and number < $4)
            """;

    private static final String LOCK =
            """
            select number from partition
            where queue_id = $1 and owner = $2 and number = any ($3::int[]) for update
            """;

    // A statement of its own, after the lock: it sees what a claim that held the lock has taken.
    private static final String GIVE_UP =
            """
            update partition p set owner = null
            where queue_id = $1 and owner = $2 and number = any ($3::int[])
              and not exists (
                select from delivery d where d.owner = $2 and d.queue_id = $1 and d.part = p.number)
            returning number::int
            """;

    private static final String FREE = "update partition set owner = null where owner = any ($1::bigint[])";
    private static final String FORGET = "delete from partition where queue_id = $1";

    private ServePartitions() {}

    /**
     * What a broker has, and how many partitions there are.
     *
     * @param there fewer than the queue has: they have to be {@linkplain #create created}
     */
    public record Sharing(Share share, long there) {}

    public static Future<?> create(SqlClient client, int queueId, int count) {
        return client.preparedQuery(CREATE).execute(Tuple.of(queueId, count));
    }

    public static Future<Sharing> share(
            SqlClient client, int queueId, long owner, long term, int count, boolean wants) {
        return client.preparedQuery(SHARE)
                .execute(Tuple.of(queueId, owner, term, count, wants))
                .map(rows -> {
                    var row = rows.iterator().next();
                    List<Integer> numbers =
                            Arrays.stream(row.getArrayOfIntegers(1)).sorted().toList();
                    return new Sharing(new Share(row.getInteger(0), numbers), row.getLong(2));
                });
    }

    /** Call in a transaction. */
    public static Future<List<Integer>> giveUp(
            SqlClient client, int queueId, long owner, Collection<Integer> partitions) {
        Tuple parameters = Tuple.of(queueId, owner, Columns.ints(partitions));
        return client.preparedQuery(LOCK)
                .execute(parameters)
                .compose(locked -> client.preparedQuery(GIVE_UP).execute(parameters))
                .map(Columns::ints);
    }

    /**
     * Nobody serves what these brokers served. Waits for their claims, so that what frees their deliveries next, in the
     * same transaction, sees all of them.
     */
    public static Future<?> free(SqlClient client, Collection<Long> brokerIds) {
        return client.preparedQuery(FREE).execute(Tuple.of(Columns.longs(brokerIds)));
    }

    /** The queue is gone. */
    public static Future<?> forget(SqlClient client, int queueId) {
        return client.preparedQuery(FORGET).execute(Tuple.of(queueId));
    }
}
