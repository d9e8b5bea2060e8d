package dev.postrider.broker.store.postgres.statement;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.HashSet;
import java.util.Set;

/** Deletes some unowned deliveries of a queue, ready or scheduled. {@link DeleteUnowedChunks} must follow. */
public final class PurgeDeliveries {
    private static final int ROWS_MAX = 5_000;

    // Two branches, because each of the two partial indexes knows one half of the unowned. A delivery that is being
    // claimed is left to its claimer.
    private static final String SQL =
            """
            with doomed as materialized (
              select * from (
                select chunk_id, queue_id, first from delivery
                where queue_id = $1 and owner is null and not scheduled limit $2 for update skip locked) as ready
              union all
              select * from (
                select chunk_id, queue_id, first from delivery
                where queue_id = $1 and scheduled limit $2 for update skip locked) as scheduled
            )
            delete from delivery d using doomed
            where d.chunk_id = doomed.chunk_id and d.queue_id = doomed.queue_id and d.first = doomed.first
            returning d.chunk_id, d.count - d.settled_count
            """;

    private PurgeDeliveries() {}

    /**
     * What went.
     *
     * @param messages unsettled ones
     * @param chunkIds whose deliveries they were
     * @param isFull true if there may be more
     */
    public record Purged(long messages, Set<Long> chunkIds, boolean isFull) {}

    public static Future<Purged> execute(SqlClient client, int queueId) {
        return client.preparedQuery(SQL).execute(Tuple.of(queueId, ROWS_MAX)).map(rows -> {
            Set<Long> chunkIds = new HashSet<>();
            long messages = 0;
            for (var row : rows) {
                chunkIds.add(row.getLong(0));
                messages += row.getInteger(1);
            }
            return new Purged(messages, chunkIds, rows.rowCount() >= ROWS_MAX);
        });
    }
}
