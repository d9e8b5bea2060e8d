package dev.postrider.broker.store.postgres.statement;

import dev.postrider.broker.store.Settlement;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Names a delivery row, and finds the settlements whose row a statement did not touch. */
record DeliveryKey(long chunkId, int queueId, int first) {
    /** Keys, bits, their counts and what those were before, as the statements that write bitmaps take them. */
    static final ParameterRows<Settlement> BITMAPS = bitmaps();

    /** A new one, for those that take more of each. */
    static ParameterRows<Settlement> bitmaps() {
        return new ParameterRows<Settlement>("t")
                .longs("chunk_id", Settlement::chunkId)
                .ints("queue_id", Settlement::queueId)
                .ints("first", Settlement::first)
                .bytes("settled", Settlement::settled)
                .ints("settled_count", Settlement::settledCount)
                .ints("settled_before", Settlement::settledBefore)
                .ints("count", Settlement::count);
    }

    /**
     * Finds the rows {@code d} of the settlements {@code t}, if they are the owner's, which is the parameter of that
     * number, and as it knows them. The owner is compared in a way that no index serves: by that of owners, a
     * settlement would walk all that its broker holds, and what a held snapshot keeps of what it held.
     */
    static String asKnownTo(int owner) {
        return """
            where d.chunk_id = t.chunk_id and d.queue_id = t.queue_id and d.first = t.first
              and d.owner is not distinct from $%d
              and (t.settled_before < 0 or t.settled_before = d.settled_count)
              and (t.count < 0 or t.count = d.count)"""
                .formatted(owner);
    }

    private static DeliveryKey of(Settlement settlement) {
        return new DeliveryKey(settlement.chunkId(), settlement.queueId(), settlement.first());
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
