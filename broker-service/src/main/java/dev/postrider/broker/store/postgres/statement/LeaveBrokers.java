package dev.postrider.broker.store.postgres.statement;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;

/** Frees what a broker still owns without counting an attempt, and removes its row. */
public final class LeaveBrokers {
    private static final String SQL =
            """
            with freed as (update delivery set owner = null where owner = $1)
            delete from broker where id = $1
            """;

    private LeaveBrokers() {}

    private static final String FREE = "update delivery set owner = null where owner = $1";

    /** Frees what it owns, and nothing else. */
    public static Future<?> free(SqlClient client, long brokerId) {
        return client.preparedQuery(FREE).execute(Tuple.of(brokerId));
    }

    public static Future<?> execute(SqlClient client, long brokerId) {
        return client.preparedQuery(SQL).execute(Tuple.of(brokerId));
    }
}
