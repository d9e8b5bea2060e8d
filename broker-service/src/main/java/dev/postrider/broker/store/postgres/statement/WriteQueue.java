package dev.postrider.broker.store.postgres.statement;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;

/** Creates and changes queue definitions. */
public final class WriteQueue {
    // A row that this statement inserted has no xmax; one that it updated carries the update's lock.
    private static final String PUT =
            """
            insert into queue (name, settings) values ($1, $2)
            on conflict (name) do update set settings = excluded.settings, version = queue.version + 1
              where coalesce(queue.settings->>'ordering', 'none') = coalesce(excluded.settings->>'ordering', 'none')
                  and (coalesce(queue.settings->>'ordering', 'none') <> 'none'
                    or (queue.settings->>'maxInFlightPerKey' is null)
                      = (excluded.settings->>'maxInFlightPerKey' is null))
                  and queue.settings->>'fairness' is not distinct from excluded.settings->>'fairness'
                  and coalesce(queue.settings->>'durability', 'durable')
                    = coalesce(excluded.settings->>'durability', 'durable')
                or not exists (select from delivery where queue_id = queue.id and owner is null and not scheduled)
                  and not exists (select from delivery where queue_id = queue.id and scheduled)
                  and not exists (select from delivery where queue_id = queue.id and owner is not null)
            returning %s, xmax = 0
            """
                    .formatted(QueueRow.COLUMNS);

    private static final String CREATE =
            """
            insert into queue (name, settings) values ($1, $2)
            on conflict (name) do nothing
            returning %s, true
            """
                    .formatted(QueueRow.COLUMNS);

    private static final String PAUSE =
            """
            update queue set paused = $2, version = version + 1 where name = $1
            returning %s, false
            """
                    .formatted(QueueRow.COLUMNS);

    private WriteQueue() {}

    /** Empty if a setting would change that can not while messages are there. */
    public static Future<Optional<QueueRow>> put(SqlClient client, String name, JsonObject settings) {
        return client.preparedQuery(PUT).execute(Tuple.of(name, settings)).map(QueueRow::first);
    }

    /** Empty if a queue of that name is there. */
    public static Future<Optional<QueueRow>> create(SqlClient client, String name, JsonObject settings) {
        return client.preparedQuery(CREATE).execute(Tuple.of(name, settings)).map(QueueRow::first);
    }

    /** Empty if there is no such queue. */
    public static Future<Optional<QueueRow>> setPaused(SqlClient client, String name, boolean paused) {
        return client.preparedQuery(PAUSE).execute(Tuple.of(name, paused)).map(QueueRow::first);
    }
}
