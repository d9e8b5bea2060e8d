package dev.postrider.broker.store.postgres.statement;

/** Writes bitmaps of deliveries that stay with their owner. Touches no indexed column. */
final class WriteProgress {
    static final String SQL =
            """
            update delivery d set settled = t.settled, settled_count = t.settled_count
            from unnest($2::bigint[], $3::int[], $4::int[], $5::bytea[], $6::int[], $7::int[], $8::int[])
                as t (chunk_id, queue_id, first, settled, settled_count, settled_before, count)
            """
                    + DeliveryKey.AS_KNOWN_TO_OWNER
                    + """
            returning d.chunk_id, d.queue_id, d.first
            """;

    private WriteProgress() {}
}
