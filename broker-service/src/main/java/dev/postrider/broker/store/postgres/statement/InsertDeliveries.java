package dev.postrider.broker.store.postgres.statement;

import dev.postrider.broker.store.FairPlace;
import dev.postrider.broker.store.NewChunk;
import dev.postrider.broker.store.NewDelivery;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;

/** Makes the queues owe the records of chunks that the same transaction stores. */
public final class InsertDeliveries {
    private static final String SQL =
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

    public static Future<?> execute(SqlClient client, List<NewChunk> chunks) {
        List<Long> chunkIds = new ArrayList<>(chunks.size());
        List<NewDelivery> deliveries = new ArrayList<>(chunks.size());
        for (NewChunk chunk : chunks) {
            for (NewDelivery delivery : chunk.deliveries()) {
                chunkIds.add(chunk.id());
                deliveries.add(delivery);
            }
        }
        return client.preparedQuery(SQL)
                .execute(Tuple.from(List.of(
                        Columns.longs(chunkIds),
                        Columns.ints(deliveries, NewDelivery::queueId),
                        Columns.ints(deliveries, NewDelivery::first),
                        Columns.ints(deliveries, NewDelivery::count),
                        Columns.ints(deliveries, NewDelivery::byteCount),
                        Columns.ints(deliveries, NewDelivery::priority),
                        Columns.longs(deliveries, NewDelivery::readyAtMillis),
                        Columns.longs(deliveries, NewDelivery::expiresAtMillis),
                        Columns.longs(deliveries, NewDelivery::owner),
                        Columns.bytes(deliveries, NewDelivery::settled),
                        Columns.ints(deliveries, NewDelivery::settledCount),
                        Columns.ints(deliveries, NewDelivery::part),
                        deliveries.stream().map(NewDelivery::holds).toArray(Boolean[]::new),
                        Columns.longs(deliveries, delivery -> delivery.turn().place()))));
    }
}
