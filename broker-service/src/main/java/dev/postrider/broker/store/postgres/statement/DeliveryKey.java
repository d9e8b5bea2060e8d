package dev.postrider.broker.store.postgres.statement;

import dev.postrider.broker.store.Settlement;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Names a delivery row, and finds the settlements whose row a statement did not touch. */
record DeliveryKey(long chunkId, int queueId, int first) {
    static final int BITMAPS_PARAMETERS = 8;

    /**
     * Finds the rows {@code d} of the settlements {@code t}, if they are the owner's, which is parameter 1, and as it
     * knows them. The owner is compared in a way that no index serves: by that of owners, a settlement would walk all
     * that its broker holds, and what a held snapshot keeps of what it held.
     */
    static final String AS_KNOWN_TO_OWNER =
            """
            where d.chunk_id = t.chunk_id and d.queue_id = t.queue_id and d.first = t.first
              and d.owner is not distinct from $1
              and (t.settled_before < 0 or t.settled_before = d.settled_count)
              and (t.count < 0 or t.count = d.count)
            """;

    private static DeliveryKey of(Settlement settlement) {
        return new DeliveryKey(settlement.chunkId(), settlement.queueId(), settlement.first());
    }

    /** Owner, keys, bits, their counts and what those were before, as the statements that write bitmaps take them. */
    static Tuple bitmaps(long owner, List<Settlement> settlements) {
        Tuple parameters = Tuple.tuple();
        addBitmaps(parameters, owner, settlements);
        return parameters;
    }

    /** The same, behind other parameters. */
    static void addBitmaps(Tuple parameters, long owner, List<Settlement> settlements) {
        parameters
                .addLong(owner)
                .addValue(Columns.longs(settlements, Settlement::chunkId))
                .addValue(Columns.ints(settlements, Settlement::queueId))
                .addValue(Columns.ints(settlements, Settlement::first))
                .addValue(Columns.bytes(settlements, Settlement::settled))
                .addValue(Columns.ints(settlements, Settlement::settledCount))
                .addValue(Columns.ints(settlements, Settlement::settledBefore))
                .addValue(Columns.ints(settlements, Settlement::count));
    }

    /** Expects {@code returning chunk_id, queue_id, first}. */
    static Future<Set<Settlement>> missing(Future<RowSet<Row>> touched, List<Settlement> settlements) {
        return touched.map(rows -> {
            if (rows.rowCount() == settlements.size()) {
                return Set.of();
            }
            Set<DeliveryKey> keys = new HashSet<>();
            rows.forEach(row -> keys.add(new DeliveryKey(row.getLong(0), row.getInteger(1), row.getInteger(2))));
            Set<Settlement> missing = new HashSet<>();
            for (Settlement settlement : settlements) {
                if (!keys.contains(of(settlement))) {
                    missing.add(settlement);
                }
            }
            return missing;
        });
    }
}
