package dev.postrider.broker.store.postgres;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.impl.NetSocketInternal;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.impl.PgConnectionFactory;
import io.vertx.sqlclient.SqlConnection;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * One try to connect to one server, and to be told that it takes writes. It has a deadline, which the client's own
 * connecting has not: a server that is frozen accepts the connection and never says a word. What fails leaves no
 * socket behind. Used once, on one context.
 */
final class Dial extends PgConnectionFactory {
    private static final String TAKES_WRITES =
            "select not pg_is_in_recovery() and current_setting('transaction_read_only') = 'off'";

    private static final long GRACE_MILLIS = 100;

    private final Vertx vertxForTimers;
    private final PgConnectOptions host;
    private final Promise<SqlConnection> answer = Promise.promise();
    /** The last one that was opened; null: none was. */
    private NetSocketInternal socket;

    Dial(Vertx vertx, PgConnectOptions host) {
        super((VertxInternal) vertx, () -> Future.succeededFuture(new PgConnectOptions(host)));
        this.vertxForTimers = vertx;
        this.host = host;
    }

    /**
     * Call on {@code context}, where the answer is given. Fails with {@link DeadlineException} when that has passed.
     */
    Future<SqlConnection> connect(Context context, long deadlineMillis) {
        // A turn more: where this thread itself stood still, the answer lies there and comes behind the timer.
        long timer = vertxForTimers.setTimer(
                deadlineMillis,
                id -> vertxForTimers.setTimer(GRACE_MILLIS, late -> giveUp(new DeadlineException(name()))));
        connect(context)
                .compose(connection -> connection
                        .query(TAKES_WRITES)
                        .execute()
                        .compose(rows -> rows.iterator().next().getBoolean(0)
                                ? Future.succeededFuture(connection)
                                : Future.failedFuture(new ReadOnlyException(name()))))
                .onComplete(done -> {
                    vertxForTimers.cancelTimer(timer);
                    if (done.failed()) {
                        giveUp(done.cause());
                    } else if (answer.tryComplete(done.result())) {
                        // The client that connected is this connection's alone and goes with it.
                        Sockets.channelOf(done.result()).closeFuture().addListener(closed -> close(Promise.promise()));
                    } else {
                        cut();
                    }
                });
        return answer.future();
    }

    /** Ends the try; no effect once there is an answer. */
    void abandon() {
        giveUp(new DeadlineException(name()));
    }

    private String name() {
        return host.getHost() + ":" + host.getPort();
    }

    private void giveUp(Throwable reason) {
        if (answer.tryFail(reason)) {
            cut();
            close(Promise.promise());
        }
    }

    private void cut() {
        if (socket != null) {
            Sockets.cut(socket);
        }
    }

    /** The client that connects, watched: there is no other way to the socket of a connection in the making. */
    @Override
    protected NetClient netClient(NetClientOptions options) {
        NetClient client = super.netClient(options);
        return (NetClient) Proxy.newProxyInstance(
                NetClient.class.getClassLoader(),
                new Class<?>[] {NetClient.class},
                (proxy, method, arguments) -> watched(client, method, arguments));
    }

    private Object watched(NetClient client, Method method, Object[] arguments) throws Throwable {
        try {
            Object result = method.invoke(client, arguments);
            return result instanceof Future<?> future ? future.onSuccess(this::opened) : result;
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** The client leaves the socket of a try without success open, for instance where the server has no TLS. */
    private void opened(Object result) {
        if (result instanceof NetSocketInternal opened) {
            cut();
            socket = opened;
            if (answer.future().isComplete()) {
                cut();
            }
        }
    }

    /** The server did not answer in time. */
    static final class DeadlineException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        DeadlineException(String host) {
            super("The database at " + host + " does not answer", null, false, false);
        }
    }

    /** The server is a standby, or takes no writes at present. */
    static final class ReadOnlyException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ReadOnlyException(String host) {
            super("The database at " + host + " takes no writes", null, false, false);
        }
    }
}
