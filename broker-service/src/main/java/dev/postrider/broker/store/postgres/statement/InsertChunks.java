package dev.postrider.broker.store.postgres.statement;

import dev.postrider.broker.store.NewChunk;
import io.vertx.sqlclient.Tuple;
import java.util.List;

/** Stores the records. Their deliveries must be stored in the same transaction: a chunk without one is swept. */
final class InsertChunks {
    static final String SQL =
            """
            insert into chunk (id, records, record_count, byte_count)
            select id, records, record_count, length(records)
            from unnest($1::bigint[], $2::bytea[], $3::int[]) as t (id, records, record_count)
            """;

    private InsertChunks() {}

    static void addTo(Tuple parameters, List<NewChunk> chunks) {
        parameters
                .addValue(Columns.longs(chunks, NewChunk::id))
                .addValue(Columns.bytes(chunks, NewChunk::records))
                .addValue(Columns.ints(chunks, NewChunk::recordCount));
    }
}
