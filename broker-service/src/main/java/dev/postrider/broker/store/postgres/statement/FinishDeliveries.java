package dev.postrider.broker.store.postgres.statement;

import dev.postrider.broker.store.Settlement;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Set;

/** Deletes deliveries whose records are all settled. {@link DeleteUnowedChunks} must follow. */
public final class FinishDeliveries {
    /** What is sent. */
    public static final String SQL =
            """
            delete from delivery d
            using unnest($2::bigint[], $3::int[], $4::int[], $5::int[], $6::int[])
                as t (chunk_id, queue_id, first, settled_before, count)
            """
                    + DeliveryKey.AS_KNOWN_TO_OWNER
                    + """
            returning d.chunk_id, d.queue_id, d.first
            """;

    private FinishDeliveries() {}

    /** Answers the settlements that found no row of this owner. */
    public static Future<Set<Settlement>> execute(SqlClient client, long owner, List<Settlement> settlements) {
        return DeliveryKey.missing(
                client.preparedQuery(SQL)
                        .execute(Tuple.of(
                                owner,
                                Columns.longs(settlements, Settlement::chunkId),
                                Columns.ints(settlements, Settlement::queueId),
                                Columns.ints(settlements, Settlement::first),
                                Columns.ints(settlements, Settlement::settledBefore),
                                Columns.ints(settlements, Settlement::count))),
                settlements);
    }
}
