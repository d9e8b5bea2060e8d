package dev.postrider.broker.store.postgres.statement;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Reads records by chunk id. */
public final class ReadChunks {
    private static final String SQL = "select id, records from chunk where id = any($1::bigint[])";

    private ReadChunks() {}

    public static Future<Map<Long, byte[]>> execute(SqlClient client, Collection<Long> chunkIds) {
        return client.preparedQuery(SQL)
                .execute(Tuple.of(Columns.longs(chunkIds)))
                .map(rows -> {
                    Map<Long, byte[]> chunks = new HashMap<>();
                    rows.forEach(row -> chunks.put(row.getLong(0), Columns.bytes(row, 1)));
                    return chunks;
                });
    }
}
