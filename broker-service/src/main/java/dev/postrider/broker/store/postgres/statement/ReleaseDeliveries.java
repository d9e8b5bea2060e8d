package dev.postrider.broker.store.postgres.statement;

import dev.postrider.broker.store.Settlement;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Set;

/** Writes bitmaps of deliveries that their owner gives back: ready again, no attempt counted. */
public final class ReleaseDeliveries {
    private static final String ONE = sql(true);
    private static final String SEVERAL = sql(false);

    private ReleaseDeliveries() {}

    /** What is sent for so many rows. */
    public static String sql(int rows) {
        return rows == 1 ? ONE : SEVERAL;
    }

    private static String sql(boolean single) {
        return """
            update delivery d set owner = null, settled = t.settled, settled_count = t.settled_count, place = %s
            from %s
            %s
            returning d.chunk_id, d.queue_id, d.first
            """
                .formatted(ReadyPlace.of("d"), DeliveryKey.BITMAPS.from(single, 2), DeliveryKey.asKnownTo(1));
    }

    /** Answers the settlements that found no row of this owner. */
    public static Future<Set<Settlement>> execute(SqlClient client, long owner, List<Settlement> settlements) {
        Tuple parameters = Tuple.of(owner);
        DeliveryKey.BITMAPS.addTo(parameters, settlements);
        return DeliveryKey.missing(client.preparedQuery(sql(settlements.size())).execute(parameters), settlements);
    }
}
