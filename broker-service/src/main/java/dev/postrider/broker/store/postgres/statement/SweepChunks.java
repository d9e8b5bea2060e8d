package dev.postrider.broker.store.postgres.statement;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;

/**
 * Takes what races leave: kept chunks without a delivery, and deliveries and dead letters of deleted queues. Goes
 * through the chunks piece by piece, so that a long backlog is not read at once.
 */
public final class SweepChunks {
    private static final int PIECE = 5_000;
    private static final int ROWS_MAX = 1_000;

    // A chunk's deliveries are inserted by the same transaction, and a split never leaves a chunk without one, so in
    // any snapshot a visible chunk without a delivery is an orphan. No age has to pass.
    private static final String CHUNKS =
            """
            with piece as materialized (
              select id from chunk where id > $1 and id < 0 order by id limit $2
            ), swept as (
              delete from chunk c using piece
              where c.id = piece.id and not exists (select from delivery d where d.chunk_id = c.id)
              returning c.id
            )
            select (select max(id) from piece), (select count(*) from piece), (select count(*) from swept)
            """;

    // A publish that was under way while its queue or topic was deleted. A topic owes under minus its id.
    private static final String DELIVERIES =
            """
            with doomed as materialized (
              select chunk_id, queue_id, first from delivery d
              where not exists (select from queue q where q.id = d.queue_id)
                and not exists (select from topic t where t.id = -d.queue_id) limit $1 for update skip locked
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
     * What a piece gave.
     *
     * @param last where the next piece starts; the smallest number: this was the last one
     * @param swept how many chunks went
     */
    public record Piece(long last, long swept) {}

    public static Future<Piece> execute(SqlClient client, long afterChunk) {
        return client.preparedQuery(CHUNKS).execute(Tuple.of(afterChunk, PIECE)).map(rows -> {
            var row = rows.iterator().next();
            boolean isLast = row.getLong(1) < PIECE;
            return new Piece(isLast ? Long.MIN_VALUE : row.getLong(0), row.getLong(2));
        });
    }

    /** Deletes some of what deleted queues left behind. */
    public static Future<?> leftOvers(SqlClient client) {
        return client.preparedQuery(DELIVERIES)
                .execute(Tuple.of(ROWS_MAX))
                .compose(v -> client.preparedQuery(DEAD_LETTERS).execute(Tuple.of(ROWS_MAX)));
    }
}
