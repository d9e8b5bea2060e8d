package dev.postrider.broker.store.postgres.statement;

import dev.postrider.broker.store.QueueStore.QueueFigures;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Sums over the deliveries of queues, each state from its own partial index. */
public final class SumQueues {
    private static final String SQL =
            """
            with owned as (
              select queue_id, sum(count - settled_count) as messages,
                  sum(byte_count::bigint * (count - settled_count) / count) as bytes
              from delivery where owner is not null group by queue_id
            )
            select q.id, coalesce(ready.messages, 0), coalesce(owned.messages, 0), coalesce(scheduled.messages, 0),
                dead.letters, coalesce(ready.bytes, 0) + coalesce(owned.bytes, 0) + coalesce(scheduled.bytes, 0),
                coalesce(ready.oldest, 0), consuming.brokers
            from unnest($1::int[]) as q (id)
            left join owned on owned.queue_id = q.id
            cross join lateral (
              select sum(count - settled_count) as messages, min(ready_at) as oldest,
                  sum(byte_count::bigint * (count - settled_count) / count) as bytes
              from delivery where queue_id = q.id and owner is null and not scheduled) as ready
            cross join lateral (
              select sum(count - settled_count) as messages,
                  sum(byte_count::bigint * (count - settled_count) / count) as bytes
              from delivery where queue_id = q.id and scheduled) as scheduled
            cross join lateral (select count(*) as letters from dead_letter where queue_id = q.id) as dead
            cross join lateral (
              select jsonb_object_agg(id, (consumers ->> q.id::text)::int) as brokers
              from broker where consumers ? q.id::text) as consuming
            """;

    private SumQueues() {}

    public static Future<Map<Integer, QueueFigures>> execute(SqlClient client, Collection<Integer> queueIds) {
        return client.preparedQuery(SQL)
                .execute(Tuple.of(Columns.ints(queueIds)))
                .map(rows -> {
                    Map<Integer, QueueFigures> figures = new HashMap<>();
                    rows.forEach(row -> figures.put(row.getInteger(0), figures(row)));
                    return figures;
                });
    }

    private static QueueFigures figures(Row row) {
        Map<Long, Integer> consumers = new HashMap<>();
        JsonObject brokers = row.getJsonObject(7);
        if (brokers != null) {
            brokers.forEach(
                    entry -> consumers.put(Long.valueOf(entry.getKey()), ((Number) entry.getValue()).intValue()));
        }
        return new QueueFigures(
                row.getLong(1),
                row.getLong(2),
                row.getLong(3),
                row.getLong(4),
                row.getLong(5),
                row.getLong(6),
                consumers);
    }
}
