package dev.postrider.broker.store.postgres.statement;

import dev.postrider.broker.store.Settlement;
import io.vertx.sqlclient.Tuple;
import java.util.List;

/** Deletes deliveries whose records are all settled. */
final class FinishDeliveries {
    static final int PARAMETERS = 6;

    static final String SQL =
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

    static void addTo(Tuple parameters, long owner, List<Settlement> settlements) {
        parameters
                .addLong(owner)
                .addValue(Columns.longs(settlements, Settlement::chunkId))
                .addValue(Columns.ints(settlements, Settlement::queueId))
                .addValue(Columns.ints(settlements, Settlement::first))
                .addValue(Columns.ints(settlements, Settlement::settledBefore))
                .addValue(Columns.ints(settlements, Settlement::count));
    }
}
