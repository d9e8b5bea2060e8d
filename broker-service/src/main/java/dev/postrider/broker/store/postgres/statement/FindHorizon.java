package dev.postrider.broker.store.postgres.statement;

import dev.postrider.broker.store.MaintenanceStore.Horizon;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;

/** How far back the database has to keep dead rows, and for how long it already has. */
public final class FindHorizon {
    // What other users run is seen only by a member of pg_read_all_stats; a slot has no time, only transactions.
    private static final String SQL =
            """
            select coalesce(max(extract(epoch from clock_timestamp() - since) * 1000), 0)::bigint,
                coalesce(max(age(xmin)), 0)
            from (
              select xact_start as since, backend_xmin as xmin from pg_stat_activity
              where backend_xmin is not null and pid <> pg_backend_pid() and datname = current_database()
              union all
              select prepared, transaction from pg_prepared_xacts where database = current_database()
              union all
              select null, xmin from pg_replication_slots where xmin is not null
            ) as holder
            """;

    private FindHorizon() {}

    public static Future<Horizon> execute(SqlClient client) {
        return client.query(SQL).execute().map(rows -> {
            var row = rows.iterator().next();
            return new Horizon(row.getLong(0), row.getInteger(1));
        });
    }
}
