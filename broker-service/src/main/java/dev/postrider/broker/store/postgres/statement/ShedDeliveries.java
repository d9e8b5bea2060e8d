package dev.postrider.broker.store.postgres.statement;

import dev.postrider.broker.store.Settlement;
import dev.postrider.broker.store.Settlement.Rest;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Set;

/**
 * Gives some records of deliveries back, and leaves the deliveries with their owner: those records become a delivery of
 * their own, ready, no attempt counted, and count as settled in the old one.
 */
public final class ShedDeliveries {
    /** What is sent. */
    public static final String SQL =
            """
            with kept as (
              update delivery d set settled = t.settled, settled_count = t.settled_count
              from unnest($2::bigint[], $3::int[], $4::int[], $5::bytea[], $6::int[], $7::int[], $8::int[], $9::int[],
                      $10::int[], $11::bytea[], $12::int[])
                  as t (chunk_id, queue_id, first, settled, settled_count, settled_before, count, rest_first,
                      rest_count, rest_settled, rest_settled_count)
            """
                    + DeliveryKey.AS_KNOWN_TO_OWNER
                    + """
              returning d.chunk_id, d.queue_id, d.first, d.count, d.byte_count, d.priority, d.ready_at, d.expires_at,
                d.attempts, d.part, d.place, t.rest_first, t.rest_count, t.rest_settled, t.rest_settled_count
            ), rest as (
              insert into delivery (chunk_id, queue_id, first, count, byte_count, priority, scheduled, ready_at,
                  expires_at, attempts, settled, settled_count, part, place)
              select chunk_id, queue_id, rest_first, rest_count, (byte_count::bigint * rest_count / count)::int,
                  priority, false, ready_at, expires_at, attempts, rest_settled, rest_settled_count,
                  part,\s"""
                    + ReadyPlace.of("kept")
                    + """

              from kept
            )
            select chunk_id, queue_id, first from kept
            """;

    private ShedDeliveries() {}

    /** Answers the settlements that found no row of this owner. */
    public static Future<Set<Settlement>> execute(SqlClient client, long owner, List<Settlement> settlements) {
        Tuple parameters = DeliveryKey.bitmaps(owner, settlements);
        List<Rest> rests = settlements.stream().map(Settlement::rest).toList();
        parameters.addValue(Columns.ints(rests, Rest::first));
        parameters.addValue(Columns.ints(rests, Rest::count));
        parameters.addValue(Columns.bytes(rests, Rest::settled));
        parameters.addValue(Columns.ints(rests, Rest::settledCount));
        return DeliveryKey.missing(client.preparedQuery(SQL).execute(parameters), settlements);
    }
}
