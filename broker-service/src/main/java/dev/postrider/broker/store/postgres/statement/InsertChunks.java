package dev.postrider.broker.store.postgres.statement;

import dev.postrider.broker.store.NewChunk;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.List;

/** Stores the records. Their deliveries must follow in the same transaction: a chunk without one is swept. */
public final class InsertChunks {
    private static final String SQL =
            """
            insert into chunk (id, records, record_count, byte_count)
            select id, records, record_count, length(records)
            from unnest($1::bigint[], $2::bytea[], $3::int[]) as t (id, records, record_count)
            """;

    private InsertChunks() {}

    public static Future<?> execute(SqlClient client, List<NewChunk> chunks) {
        return client.preparedQuery(SQL)
                .execute(Tuple.of(
                        Columns.longs(chunks, NewChunk::id),
                        Columns.bytes(chunks, NewChunk::records),
                        Columns.ints(chunks, NewChunk::recordCount)));
    }
}
