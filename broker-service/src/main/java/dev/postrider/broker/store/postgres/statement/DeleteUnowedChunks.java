package dev.postrider.broker.store.postgres.statement;

import dev.postrider.broker.store.KeptChunks;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;
import java.util.TreeSet;

/**
 * Deletes those kept ones of some chunks that no queue owes any more; the others go with their slice. Two
 * transactions that end a chunk's last two deliveries at the same time do not see each other and both leave it:
 * {@link SweepChunks} takes it then.
 */
public final class DeleteUnowedChunks {
    private static final String SQL =
            """
            delete from chunk c
            using unnest($1::bigint[]) as t (id)
            where c.id = t.id and not exists (select from delivery d where d.chunk_id = c.id)
            """;

    private DeleteUnowedChunks() {}

    public static Future<?> execute(SqlClient client, Collection<Long> chunkIds) {
        // Sorted, so that two transactions that meet at several chunks meet at the first one.
        TreeSet<Long> kept = new TreeSet<>(chunkIds);
        kept.removeIf(id -> !KeptChunks.isKept(id));
        if (kept.isEmpty()) {
            return Future.succeededFuture();
        }
        return client.preparedQuery(SQL).execute(Tuple.of(Columns.longs(kept)));
    }
}
