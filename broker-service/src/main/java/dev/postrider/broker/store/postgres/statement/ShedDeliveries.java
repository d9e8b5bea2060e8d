package dev.postrider.broker.store.postgres.statement;

import dev.postrider.broker.store.Settlement;
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
    private static final ParameterRows<Settlement> ROWS = DeliveryKey.bitmaps()
            .ints("rest_first", settlement -> settlement.rest().first())
            .ints("rest_count", settlement -> settlement.rest().count())
            .bytes("rest_settled", settlement -> settlement.rest().settled())
            .ints("rest_settled_count", settlement -> settlement.rest().settledCount());

    private static final String ONE = sql(true);
    private static final String SEVERAL = sql(false);

    private ShedDeliveries() {}

    /** What is sent for so many rows. */
    public static String sql(int rows) {
        return rows == 1 ? ONE : SEVERAL;
    }

    private static String sql(boolean single) {
        return """
            with kept as (
              update delivery d set settled = t.settled, settled_count = t.settled_count
              from %s
              %s
              returning d.chunk_id, d.queue_id, d.first, d.count, d.byte_count, d.priority, d.ready_at, d.expires_at,
                d.attempts, d.part, d.place, t.rest_first, t.rest_count, t.rest_settled, t.rest_settled_count
            ), rest as (
              insert into delivery (chunk_id, queue_id, first, count, byte_count, priority, scheduled, ready_at,
                  expires_at, attempts, settled, settled_count, part, place)
              select chunk_id, queue_id, rest_first, rest_count, (byte_count::bigint * rest_count / count)::int,
                  priority, false, ready_at, expires_at, attempts, rest_settled, rest_settled_count, part, %s
              from kept
            )
            select chunk_id, queue_id, first from kept
            """
                .formatted(ROWS.from(single, 2), DeliveryKey.asKnownTo(1), ReadyPlace.of("kept"));
    }

    /** Answers the settlements that found no row of this owner. */
    public static Future<Set<Settlement>> execute(SqlClient client, long owner, List<Settlement> settlements) {
        Tuple parameters = Tuple.of(owner);
        ROWS.addTo(parameters, settlements);
        return DeliveryKey.missing(client.preparedQuery(sql(settlements.size())).execute(parameters), settlements);
    }
}
