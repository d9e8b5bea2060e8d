package dev.postrider.broker.store.postgres.statement;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;

/** Frees what a broker still owns without counting an attempt, and removes its row. */
public final class LeaveBrokers {
    private static final String FREE =
            "update delivery d set owner = null, place = " + ReadyPlace.of("d") + " where owner = $1";

    private static final String SQL = "with freed as (" + FREE + ") delete from broker where id = $1";

    private LeaveBrokers() {}

    /** Frees what it owns, and nothing else. */
    public static Future<?> free(SqlClient client, long brokerId) {
        return client.preparedQuery(FREE).execute(Tuple.of(brokerId));
    }

    public static Future<?> execute(SqlClient client, long brokerId) {
        return client.preparedQuery(SQL).execute(Tuple.of(brokerId));
    }
}
