package dev.postrider.broker.store.postgres;

import dev.postrider.broker.store.StoreException;
import dev.postrider.broker.store.StoreException.Outcome;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnectOptions;
import io.vertx.sqlclient.SqlConnection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A bounded pool of connections, and the two ways to use one: a single statement, or a {@link Lane} for a
 * transaction. Whoever cannot get a connection soon fails soon. Safe to call from any thread; futures complete on the
 * caller's context.
 */
final class Database {
    /** What our promises need of a session, whatever the server's or the role's defaults are. */
    private static final Map<String, String> SESSION = Map.of(
            "synchronous_commit", "on",
            "default_transaction_isolation", "read committed",
            "default_transaction_read_only", "off",
            // A broker that is stopped in the middle of a transaction must not hold its locks for long.
            "idle_in_transaction_session_timeout", "10s",
            "client_connection_check_interval", "1s",
            "jit", "off");

    private final Pool pool;
    private final Vertx vertx;
    private final DatabaseSettings settings;

    private Database(Pool pool, Vertx vertx, DatabaseSettings settings) {
        this.pool = pool;
        this.vertx = vertx;
        this.settings = settings;
    }

    /**
     * For the hot path. Its plans must not depend on statistics: a plan made while the tables were empty would read
     * them whole once they are full, so reading a table whole is priced out.
     */
    static Database hot(Vertx vertx, DatabaseUrl url, DatabaseSettings settings) {
        Map<String, String> properties = new HashMap<>(SESSION);
        properties.put("application_name", "postrider");
        properties.put("enable_seqscan", "off");
        properties.put("enable_hashjoin", "off");
        properties.put("enable_mergejoin", "off");
        properties.put("enable_bitmapscan", "off");
        properties.put("enable_material", "off");
        return open(vertx, url, settings, settings.hotConnections(), properties);
    }

    /** For everything that does not carry messages. */
    static Database management(Vertx vertx, DatabaseUrl url, DatabaseSettings settings) {
        Map<String, String> properties = new HashMap<>(SESSION);
        properties.put("application_name", "postrider management");
        return open(vertx, url, settings, settings.managementConnections(), properties);
    }

    private static Database open(
            Vertx vertx, DatabaseUrl url, DatabaseSettings settings, int size, Map<String, String> properties) {
        List<PgConnectOptions> hosts = url.connectOptions();
        hosts.forEach(host -> properties.forEach(host::addProperty));
        PoolOptions options = new PoolOptions()
                .setMaxSize(size)
                .setMaxWaitQueueSize(settings.waitingMax())
                .setConnectionTimeout(settings.acquireMillisMax())
                .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS);
        Pool pool = PgBuilder.pool(builder -> builder.with(options)
                .connectingTo(() -> writable(vertx, hosts, 0))
                .using(vertx));
        return new Database(pool, vertx, settings);
    }

    /** The first host from {@code index} on that takes writes; a single host is not asked. */
    static Future<SqlConnectOptions> writable(Vertx vertx, List<PgConnectOptions> hosts, int index) {
        PgConnectOptions host = hosts.get(index);
        if (index == hosts.size() - 1) {
            return Future.succeededFuture(new PgConnectOptions(host));
        }
        return PgConnection.connect(vertx, host)
                .compose(connection -> connection
                        .query("select pg_is_in_recovery()")
                        .execute()
                        .map(rows -> rows.iterator().next().getBoolean(0))
                        .eventually(() -> connection.close()))
                .recover(failure -> Future.succeededFuture(true))
                .compose(standby -> standby
                        ? writable(vertx, hosts, index + 1)
                        : Future.succeededFuture(new PgConnectOptions(host)));
    }

    DatabaseSettings settings() {
        return settings;
    }

    /**
     * Runs one statement, committed by itself.
     *
     * @return fails with a {@link StoreException}; its outcome is unknown unless the server refused
     */
    <T> Future<T> once(Function<SqlConnection, Future<T>> statement) {
        return lane().compose(lane -> {
            lane.commitSent();
            return lane.finish(statement.apply(lane.connection()));
        });
    }

    /** Borrows a connection for a transaction. Fails with a {@link StoreException} that nothing is stored. */
    Future<Lane> lane() {
        return pool.getConnection()
                .map(connection -> new Lane(vertx, connection, settings.transactionMillisMax()))
                .recover(failure -> Future.failedFuture(
                        new StoreException(Outcome.NOT_STORED, "The database cannot be reached", failure)));
    }

    /**
     * Runs a transaction of several round trips, repeated after a deadlock or a serialization failure.
     *
     * @param work may be called again; a failure of it rolls back
     */
    <T> Future<T> transaction(Function<SqlConnection, Future<T>> work) {
        return repeating(() -> lane().compose(lane -> {
            Future<Void> begun = lane.begin();
            Future<T> done = begun.compose(v -> work.apply(lane.connection()));
            return done.transform(result -> result.failed()
                    ? lane.rollBack(result.cause())
                    : lane.commit().map(result.result()));
        }));
    }

    /** Repeats what a deadlock or a serialization failure undid, a bounded number of times. */
    <T> Future<T> repeating(Supplier<Future<T>> attempt) {
        return repeating(attempt, settings.repeatsMax());
    }

    private <T> Future<T> repeating(Supplier<Future<T>> attempt, int repeatsLeft) {
        return attempt.get()
                .recover(failure -> repeatsLeft > 0 && Failures.isRepeatable(failure)
                        ? repeating(attempt, repeatsLeft - 1)
                        : Future.failedFuture(failure));
    }

    /** Completes so much later, on the caller's context. */
    Future<Void> after(long millis) {
        return vertx.timer(millis, TimeUnit.MILLISECONDS).mapEmpty();
    }

    Future<Void> close() {
        return pool.close();
    }
}
