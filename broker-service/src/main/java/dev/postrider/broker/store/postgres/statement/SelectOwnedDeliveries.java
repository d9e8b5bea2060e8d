package dev.postrider.broker.store.postgres.statement;

import dev.postrider.broker.store.ClaimedDelivery;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;

/** What an owner holds by the database's account. */
public final class SelectOwnedDeliveries {
    private static final String SQL =
            """
            select chunk_id, first, count, priority, attempts, settled, part, place, ready_at, queue_id
            from delivery where owner = $1
            """;

    private SelectOwnedDeliveries() {}

    public static Future<List<ClaimedDelivery>> execute(SqlClient client, long owner) {
        return client.preparedQuery(SQL).execute(Tuple.of(owner)).map(rows -> {
            List<ClaimedDelivery> owned = new ArrayList<>(rows.size());
            rows.forEach(row -> owned.add(ClaimInOrder.delivery(row.getInteger(9), row)));
            return owned;
        });
    }
}
