package dev.postrider.broker.store.postgres.statement;

/** Writes bitmaps of deliveries that stay with their owner. Touches no indexed column. */
final class WriteProgress {
    private WriteProgress() {}

    /** Its parameters are the owner, whose number is {@code first}, and {@link DeliveryKey#BITMAPS}. */
    static String sql(boolean single, int first) {
        return """
            update delivery d set settled = t.settled, settled_count = t.settled_count
            from %s
            %s
            returning d.chunk_id, d.queue_id, d.first
            """
                .formatted(DeliveryKey.BITMAPS.from(single, first + 1), DeliveryKey.asKnownTo(first));
    }
}
