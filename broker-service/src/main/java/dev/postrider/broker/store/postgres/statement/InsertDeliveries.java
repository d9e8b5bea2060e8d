package dev.postrider.broker.store.postgres.statement;

import dev.postrider.broker.store.FairPlace;
import dev.postrider.broker.store.NewChunk;
import dev.postrider.broker.store.NewDelivery;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;

/** Makes the queues owe the records of chunks that the same transaction stores. */
final class InsertDeliveries {
    static final int PARAMETERS = 14;

    static final String SQL =
            """
            insert into delivery (chunk_id, queue_id, first, count, byte_count, priority, scheduled, ready_at,
                expires_at, owner, settled, settled_count, part, place)
            select chunk_id, queue_id, first, count, byte_count, priority, owner = 0 and ready_at > now,
                greatest(ready_at, now), nullif(expires_at, 0), nullif(owner, 0), settled, settled_count, part,
                case when part < 0 then null when part >= %d then place
                  when holds then nextval('delivery_place') - %d else nextval('delivery_place') - priority * %d end
            from unnest($1::bigint[], $2::int[], $3::int[], $4::int[], $5::int[], $6::int[], $7::bigint[],
                    $8::bigint[], $9::bigint[], $10::bytea[], $11::int[], $12::int[], $13::boolean[],
                    $14::bigint[])
                as t (chunk_id, queue_id, first, count, byte_count, priority, ready_at, expires_at, owner, settled,
                    settled_count, part, holds, place),
                clock_millis() as now
            """
                    .formatted(FairPlace.FIRST_PART, Long.MAX_VALUE, NewDelivery.PLACES_OF_A_PRIORITY);

    private InsertDeliveries() {}

    static void addTo(Tuple parameters, List<NewChunk> chunks) {
        List<Long> chunkIds = new ArrayList<>(chunks.size());
        List<NewDelivery> deliveries = new ArrayList<>(chunks.size());
        for (NewChunk chunk : chunks) {
            for (NewDelivery delivery : chunk.deliveries()) {
                chunkIds.add(chunk.id());
                deliveries.add(delivery);
            }
        }
        parameters
                .addValue(Columns.longs(chunkIds))
                .addValue(Columns.ints(deliveries, NewDelivery::queueId))
                .addValue(Columns.ints(deliveries, NewDelivery::first))
                .addValue(Columns.ints(deliveries, NewDelivery::count))
                .addValue(Columns.ints(deliveries, NewDelivery::byteCount))
                .addValue(Columns.ints(deliveries, NewDelivery::priority))
                .addValue(Columns.longs(deliveries, NewDelivery::readyAtMillis))
                .addValue(Columns.longs(deliveries, NewDelivery::expiresAtMillis))
                .addValue(Columns.longs(deliveries, NewDelivery::owner))
                .addValue(Columns.bytes(deliveries, NewDelivery::settled))
                .addValue(Columns.ints(deliveries, NewDelivery::settledCount))
                .addValue(Columns.ints(deliveries, NewDelivery::part))
                .addValue(deliveries.stream().map(NewDelivery::holds).toArray(Boolean[]::new))
                .addValue(Columns.longs(deliveries, delivery -> delivery.turn().place()));
    }
}
