package dev.postrider.broker.store.postgres;

import dev.postrider.broker.store.StoreException;
import dev.postrider.broker.store.StoreException.Outcome;
import io.netty.channel.Channel;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

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
            // A broker that is stopped in the middle of a transaction must not hold its locks for long.
            "idle_in_transaction_session_timeout", "10s",
            "client_connection_check_interval", "1s",
            "jit", "off");

    /**
     * Plans of the hot path must not depend on statistics: one made while the tables were empty would read them whole
     * once they are full, so reading a table whole is priced out. Nor are they made anew each time, which would cost a
     * commit more than all else that the server does for it.
     */
    static final Map<String, String> PLANS = Map.of(
            "enable_seqscan", "off",
            "enable_hashjoin", "off",
            "enable_mergejoin", "off",
            "enable_bitmapscan", "off",
            "enable_material", "off",
            "plan_cache_mode", "force_generic_plan");

    private static final Logger LOG = Logger.getLogger(Database.class);
    /** An outage fails everything that is under way, and all that is tried again. */
    private static final long TELL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Vertx vertx;
    private final DatabaseSettings settings;
    private final Brake brake;
    private final Hosts hosts;
    private final Pool pool;
    private final Set<Channel> open = ConcurrentHashMap.newKeySet();
    private final Set<Channel> doubted = ConcurrentHashMap.newKeySet();
    private final Lane.Keeper keeper = new LaneKeeper();
    private final AtomicLong toldNanos = new AtomicLong(System.nanoTime() - TELL_NANOS);

    private Database(Vertx vertx, Hosts hosts, DatabaseSettings settings, int size, Brake brake) {
        this.vertx = vertx;
        this.settings = settings;
        this.brake = brake;
        this.hosts = hosts;
        this.pool = pool(size);
    }

    /** For the hot path. */
    static Database hot(Vertx vertx, DatabaseUrl url, DatabaseSettings settings, Brake brake) {
        Map<String, String> properties = new HashMap<>(SESSION);
        properties.put("application_name", "postrider");
        properties.putAll(PLANS);
        return new Database(vertx, hosts(vertx, url, settings, properties), settings, settings.hotConnections(), brake);
    }

    /** For everything that does not carry messages. */
    static Database management(Vertx vertx, DatabaseUrl url, DatabaseSettings settings, Brake brake) {
        Map<String, String> properties = new HashMap<>(SESSION);
        properties.put("application_name", "postrider management");
        return new Database(
                vertx, hosts(vertx, url, settings, properties), settings, settings.managementConnections(), brake);
    }

    /** The servers, for connections outside of a pool. */
    static Hosts hosts(Vertx vertx, DatabaseUrl url, DatabaseSettings settings, Map<String, String> properties) {
        List<PgConnectOptions> options = url.connectOptions();
        options.forEach(host -> properties.forEach(host::addProperty));
        return new Hosts(vertx, options, settings.connectMillisMax());
    }

    @SuppressWarnings("deprecation") // connectingTo() bounds neither how long connecting takes nor what it leaves.
    private Pool pool(int size) {
        PoolOptions options = new PoolOptions()
                .setMaxSize(size)
                .setMaxWaitQueueSize(settings.waitingMax())
                .setConnectionTimeout(settings.acquireMillisMax())
                .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS);
        return PgBuilder.pool(builder -> builder.with(options)
                        .connectingTo(new PgConnectOptions())
                        .using(vertx))
                .connectionProvider(this::connect);
    }

    private Future<SqlConnection> connect(Context context) {
        return hosts.connect(context)
                .onSuccess(connection -> {
                    Channel channel = Sockets.channelOf(connection);
                    open.add(channel);
                    channel.closeFuture().addListener(closed -> {
                        open.remove(channel);
                        doubted.remove(channel);
                    });
                })
                .onFailure(failure -> {
                    if (failure instanceof Dial.DeadlineException) {
                        brake.pull();
                    }
                });
    }

    DatabaseSettings settings() {
        return settings;
    }

    /**
     * Runs one statement that writes, committed by itself.
     *
     * @return fails with a {@link StoreException}; its outcome is unknown unless the server refused
     */
    <T> Future<T> once(Function<SqlConnection, Future<T>> statement) {
        return lane().compose(lane -> single(lane, statement));
    }

    /** Runs one statement that writes nothing, or nothing that waits for disk and standby: writes may be held back. */
    <T> Future<T> ask(Function<SqlConnection, Future<T>> statement) {
        return borrow().compose(lane -> single(lane, statement));
    }

    private static <T> Future<T> single(Lane lane, Function<SqlConnection, Future<T>> statement) {
        lane.commitSent();
        return lane.finish(statement.apply(lane.connection()));
    }

    /** Borrows a connection for a transaction. Fails with a {@link StoreException} that nothing is stored. */
    Future<Lane> lane() {
        return brake.isOn()
                ? Future.failedFuture(
                        new StoreException(Outcome.NOT_STORED, "The database does not answer writes at present", null))
                : borrow();
    }

    private Future<Lane> borrow() {
        return pool.getConnection()
                .recover(failure -> Future.failedFuture(
                        new StoreException(Outcome.NOT_STORED, "The database cannot be reached", failure)))
                .compose(connection -> {
                    Channel channel = Sockets.channelOf(connection);
                    if (doubted.remove(channel) || !channel.isActive()) {
                        Sockets.throwAway(connection);
                        return borrow();
                    }
                    return Future.succeededFuture(new Lane(vertx, connection, settings.transactionMillisMax(), keeper));
                });
    }

    private final class LaneKeeper implements Lane.Keeper {
        @Override
        public void slow() {
            brake.look();
        }

        @Override
        public void late() {
            brake.pull();
            // The others lead to the same server; each would cost somebody a deadline to find out.
            doubted.addAll(open);
        }

        @Override
        public void doubtful(Throwable cause) {
            long now = System.nanoTime();
            long before = toldNanos.get();
            if (now - before >= TELL_NANOS && toldNanos.compareAndSet(before, now)) {
                LOG.warnf("A connection was lost before the database had answered: %s", cause);
            }
        }
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

    /** Completes when the connections are closed; those whose server does not answer are cut. */
    Future<Void> close() {
        Future<Void> closed = pool.close();
        long timer = vertx.setTimer(settings.connectMillisMax(), id -> open.forEach(Sockets::cut));
        return closed.onComplete(done -> vertx.cancelTimer(timer));
    }
}
