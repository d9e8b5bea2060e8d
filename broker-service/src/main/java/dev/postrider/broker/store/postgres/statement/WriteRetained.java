package dev.postrider.broker.store.postgres.statement;

import dev.postrider.broker.store.NewChunk;
import dev.postrider.broker.store.NewDelivery;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/** Keeps what topics retain in order, and for as long as the topic says. */
public final class WriteRetained {
    /** That of {@link LockAndCountQueues}: queues have positive numbers, topics negative ones. */
    private static final int LOCK_CLASS = 0x706f7374;

    // Sorted by the caller. Whoever holds one waits for nothing more but the commit.
    private static final String LOCK =
            "select pg_advisory_xact_lock(" + LOCK_CLASS + ", t.id)::text from unnest($1::int[]) as t (id)";

    private static final int ROWS_MAX = 5_000;

    // In steps of a second, as brokers do it. Touches no row whose time is right.
    private static final String REFIT =
            """
            with piece as materialized (
              select chunk_id, queue_id, first, place, expires_at,
                (chunk_id_millis(chunk_id & 9223372036854775807) + $3 + 999) / 1000 * 1000 as wanted
              from delivery
              where queue_id = -$1::int and part = 0 and part >= 0 and owner is null and not scheduled and place > $2
              order by place limit $4::int
            ), refitted as (
              update delivery d set expires_at = p.wanted from piece p
              where d.chunk_id = p.chunk_id and d.queue_id = p.queue_id and d.first = p.first
                and p.expires_at is distinct from p.wanted
            )
            select max(place), count(*) from piece
            """;

    private static final String FOLLOW =
            """
            insert into topic_follower (topic_id, broker_id)
            select t.id, b.id
            from (select id from topic where id = $1 for key share) t,
                (select id from broker where id = $2 for key share) b
            on conflict do nothing
            """;

    private static final String FOLLOWS =
            "select exists (select from topic_follower where topic_id = $1 and broker_id = $2)";

    private static final String UNFOLLOW = "delete from topic_follower where topic_id = $1 and broker_id = $2";

    private WriteRetained() {}

    /** The ids, each minus a topic's, under which these chunks are retained, sorted; empty for most commits. */
    public static Collection<Integer> retainingIds(List<NewChunk> chunks) {
        Collection<Integer> ids = List.of();
        for (NewChunk chunk : chunks) {
            for (NewDelivery delivery : chunk.deliveries()) {
                if (delivery.queueId() < 0) {
                    ids = ids.isEmpty() ? new TreeSet<>() : ids;
                    ids.add(delivery.queueId());
                }
            }
        }
        return ids;
    }

    /** Nobody else stores anything under these ids until the transaction has ended. */
    public static Future<?> lock(SqlClient client, Collection<Integer> sortedIds) {
        return client.preparedQuery(LOCK).execute(Tuple.of(Columns.ints(sortedIds)));
    }

    /** Has some of what a topic retains expire after so long; answers the last place seen, 0 when all are done. */
    public static Future<Long> refit(SqlClient client, int topicId, long afterPlace, long keptMillis) {
        return client.preparedQuery(REFIT)
                .execute(Tuple.of(topicId, afterPlace, keptMillis, ROWS_MAX))
                .map(rows -> rows.iterator().next())
                .map(row -> row.getLong(1) < ROWS_MAX ? 0L : row.getLong(0));
    }

    /** False: the topic or the broker is not there. */
    public static Future<Boolean> follow(SqlClient client, int topicId, long brokerId) {
        return client.preparedQuery(FOLLOW)
                .execute(Tuple.of(topicId, brokerId))
                .compose(v -> client.preparedQuery(FOLLOWS).execute(Tuple.of(topicId, brokerId)))
                .map(rows -> rows.iterator().next().getBoolean(0));
    }

    public static Future<?> unfollow(SqlClient client, int topicId, long brokerId) {
        return client.preparedQuery(UNFOLLOW).execute(Tuple.of(topicId, brokerId));
    }
}
