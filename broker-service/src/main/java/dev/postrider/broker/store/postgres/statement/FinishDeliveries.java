package dev.postrider.broker.store.postgres.statement;

import dev.postrider.broker.store.Settlement;

/** Deletes deliveries whose records are all settled. */
final class FinishDeliveries {
    static final ParameterRows<Settlement> ROWS = new ParameterRows<Settlement>("t")
            .longs("chunk_id", Settlement::chunkId)
            .ints("queue_id", Settlement::queueId)
            .ints("first", Settlement::first)
            .ints("settled_before", Settlement::settledBefore)
            .ints("count", Settlement::count);

    private FinishDeliveries() {}

    /** Its parameters are the owner, whose number is {@code first}, and the rows. */
    static String sql(boolean single, int first) {
        return """
            delete from delivery d
            using %s
            %s
            returning d.chunk_id, d.queue_id, d.first
            """
                .formatted(ROWS.from(single, first + 1), DeliveryKey.asKnownTo(first));
    }
}
