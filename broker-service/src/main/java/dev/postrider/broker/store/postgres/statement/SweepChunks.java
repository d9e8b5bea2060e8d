package dev.postrider.broker.store.postgres.statement;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;

/**
 * Takes what races leave: chunks without a delivery, and deliveries and dead letters of deleted queues. Goes through
 * the chunks slice by slice, so that a long backlog is not read at once.
 */
public final class SweepChunks {
    private static final int SLICE = 5_000;
    private static final int ROWS_MAX = 1_000;

    // A chunk's deliveries are inserted by the same transaction, and a split never leaves a chunk without one, so in
    // any snapshot a visible chunk without a delivery is an orphan. No age has to pass.
    private static final String CHUNKS =
            """
            with slice as materialized (
              select id from chunk where id > $1 order by id limit $2
            ), swept as (
              delete from chunk c using slice
              where c.id = slice.id and not exists (select from delivery d where d.chunk_id = c.id)
              returning c.id
            )
            select (select max(id) from slice), (select count(*) from slice), (select count(*) from swept)
            """;

    // A publish that was under way while its queue was deleted.
    private static final String DELIVERIES =
            """
            with doomed as materialized (
              select chunk_id, queue_id, first from delivery d
              where not exists (select from queue q where q.id = d.queue_id) limit $1 for update skip locked
            )
            delete from delivery d using doomed
            where d.chunk_id = doomed.chunk_id and d.queue_id = doomed.queue_id and d.first = doomed.first
            """;

    private static final String DEAD_LETTERS =
            """
            delete from dead_letter where id in (
              select id from dead_letter l where not exists (select from queue q where q.id = l.queue_id) limit $1)
            """;

    private SweepChunks() {}

    /**
     * What a slice gave.
     *
     * @param last where the next slice starts; 0: this was the last one
     * @param swept how many chunks went
     */
    public record Slice(long last, long swept) {}

    public static Future<Slice> execute(SqlClient client, long afterChunk) {
        return client.preparedQuery(CHUNKS).execute(Tuple.of(afterChunk, SLICE)).map(rows -> {
            var row = rows.iterator().next();
            boolean isLast = row.getLong(1) < SLICE;
            return new Slice(isLast ? 0 : row.getLong(0), row.getLong(2));
        });
    }

    /** Deletes some of what deleted queues left behind. */
    public static Future<?> leftOvers(SqlClient client) {
        return client.preparedQuery(DELIVERIES)
                .execute(Tuple.of(ROWS_MAX))
                .compose(v -> client.preparedQuery(DEAD_LETTERS).execute(Tuple.of(ROWS_MAX)));
    }
}
