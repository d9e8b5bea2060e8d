package dev.postrider.broker.store.postgres.statement;

import dev.postrider.broker.store.FairPlace;
import dev.postrider.broker.store.NewChunk;
import dev.postrider.broker.store.NewDelivery;
import java.util.ArrayList;
import java.util.List;

/** Makes the queues owe the records of chunks that the same transaction stores. */
final class InsertDeliveries {
    /** A delivery of a chunk. */
    record Owed(long chunkId, NewDelivery delivery) {
        /** Of all of them. */
        static List<Owed> of(List<NewChunk> chunks) {
            List<Owed> owed = new ArrayList<>();
            for (NewChunk chunk : chunks) {
                for (NewDelivery delivery : chunk.deliveries()) {
                    owed.add(new Owed(chunk.id(), delivery));
                }
            }
            return owed;
        }
    }

    static final ParameterRows<Owed> ROWS = new ParameterRows<Owed>("t")
            .longs("chunk_id", Owed::chunkId)
            .ints("queue_id", owed -> owed.delivery.queueId())
            .ints("first", owed -> owed.delivery.first())
            .ints("count", owed -> owed.delivery.count())
            .ints("byte_count", owed -> owed.delivery.byteCount())
            .ints("priority", owed -> owed.delivery.priority())
            .longs("ready_at", owed -> owed.delivery.readyAtMillis())
            .longs("expires_at", owed -> owed.delivery.expiresAtMillis())
            .longs("owner", owed -> owed.delivery.owner())
            .bytes("settled", owed -> owed.delivery.settled())
            .ints("settled_count", owed -> owed.delivery.settledCount())
            .ints("part", owed -> owed.delivery.part())
            .booleans("holds", owed -> owed.delivery.holds())
            .longs("place", owed -> owed.delivery.turn().place());

    private InsertDeliveries() {}

    /** Its parameters begin with {@code first}. */
    static String sql(boolean single, int first) {
        return """
            insert into delivery (chunk_id, queue_id, first, count, byte_count, priority, scheduled, ready_at,
                expires_at, owner, settled, settled_count, part, place)
            select chunk_id, queue_id, first, count, byte_count, priority, owner = 0 and ready_at > now,
                greatest(ready_at, now), nullif(expires_at, 0), nullif(owner, 0), settled, settled_count, part,
                case when part < 0 then null when part >= %d then place
                  when holds then nextval('delivery_place') - %d else nextval('delivery_place') - priority * %d end
            from %s, clock_millis() as now
            """
                .formatted(
                        FairPlace.FIRST_PART,
                        Long.MAX_VALUE,
                        NewDelivery.PLACES_OF_A_PRIORITY,
                        ROWS.from(single, first));
    }
}
