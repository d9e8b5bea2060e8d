package dev.postrider.broker.store.postgres.statement;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.HashSet;
import java.util.Set;

/** Deletes a queue's definition, and then, piece by piece, what it held. */
public final class DeleteQueue {
    private static final int ROWS_MAX = 5_000;

    private static final String IF_EMPTY =
            """
            delete from queue where id = $1
              and not exists (select from delivery where queue_id = $1 and owner is null and not scheduled)
              and not exists (select from delivery where queue_id = $1 and scheduled)
              and not exists (select from delivery where queue_id = $1 and owner is not null)
              and not exists (select from dead_letter where queue_id = $1)
            """;

    private static final String DEFINITION = "delete from queue where id = $1";

    private static final String DELIVERIES =
            """
            with doomed as materialized (
              select chunk_id, queue_id, first from delivery where queue_id = $1 limit $2 for update)
            delete from delivery d using doomed
            where d.chunk_id = doomed.chunk_id and d.queue_id = doomed.queue_id and d.first = doomed.first
            returning d.chunk_id
            """;

    private static final String DEAD_LETTERS = "delete from dead_letter where queue_id = $1";
    private static final String PACE = "delete from queue_pace where queue_id = $1";
    private static final String SLOTS = "delete from queue_slot where queue_id = $1";
    private static final String KEYS = "delete from deduplication where queue_id = $1";

    private DeleteQueue() {}

    /** True if the definition went. */
    public static Future<Boolean> definition(SqlClient client, int queueId, boolean ifEmpty) {
        return client.preparedQuery(ifEmpty ? IF_EMPTY : DEFINITION)
                .execute(Tuple.of(queueId))
                .map(rows -> rows.rowCount() == 1);
    }

    /** Deletes some deliveries, owned ones too; answers their chunks, empty if none was left. */
    public static Future<Set<Long>> deliveries(SqlClient client, int queueId) {
        return client.preparedQuery(DELIVERIES)
                .execute(Tuple.of(queueId, ROWS_MAX))
                .map(rows -> {
                    Set<Long> chunkIds = new HashSet<>();
                    rows.forEach(row -> chunkIds.add(row.getLong(0)));
                    return chunkIds;
                });
    }

    /** Deletes dead letters, deduplication keys, partitions, and what brokers shared about the limits. */
    public static Future<?> rest(SqlClient client, int queueId) {
        Future<?> deadLetters = client.preparedQuery(DEAD_LETTERS).execute(Tuple.of(queueId));
        Future<?> keys = client.preparedQuery(KEYS).execute(Tuple.of(queueId));
        Future<?> pace = client.preparedQuery(PACE).execute(Tuple.of(queueId));
        Future<?> slots = client.preparedQuery(SLOTS).execute(Tuple.of(queueId));
        return Future.join(deadLetters, keys, pace, slots, ServePartitions.forget(client, queueId));
    }
}
