package dev.postrider.broker.store.postgres;

import dev.postrider.broker.store.WakeSignals;
import dev.postrider.broker.store.WakeSignals.Signal.Kind;
import dev.postrider.broker.store.postgres.statement.NotifyBrokers;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * LISTEN on a connection of its own, NOTIFY gathered: the first one goes at once, those of the next few milliseconds
 * together. A signal that cannot be sent is dropped, the poll covers it. Safe to call from any thread;
 * {@code onSignal} is called on an event loop.
 */
final class PostgresWakeSignals implements WakeSignals {
    private static final int QUIET_MILLIS = 3;
    private static final int RECONNECT_MILLIS_MIN = 100;
    private static final int RECONNECT_MILLIS_MAX = 500;
    /** A listener only hears; whether anybody is left to be heard, it has to ask. */
    private static final int CHECK_MILLIS = 3_000;

    private static final int CHECK_MILLIS_MAX = 2_000;

    private final Vertx vertx;
    private final Database database;
    private final Hosts hosts;
    private final Context context;
    private final String sender;

    private final Object lock = new Object();
    /** Guarded by lock. */
    private final Map<Kind, Set<Integer>> pending = new EnumMap<>(Kind.class);
    /** Guarded by lock. */
    private boolean quiet;

    private volatile Consumer<Signal> onSignal = signal -> {};
    private volatile PgConnection listening;
    private volatile boolean closed;

    /** {@code sender} tells this broker's own notifications, which it ignores; letters and digits. */
    PostgresWakeSignals(Vertx vertx, Database database, Hosts hosts, String sender) {
        this.vertx = vertx;
        this.database = database;
        this.hosts = hosts;
        this.context = Sockets.newEventLoop(vertx);
        this.sender = sender;
    }

    @Override
    public Future<Void> listen(Consumer<Signal> handler) {
        onSignal = handler;
        Promise<Void> listeningAtLast = Promise.promise();
        connect(0, listeningAtLast);
        return listeningAtLast.future();
    }

    @Override
    public void work(Collection<Integer> queueIds) {
        add(Kind.WORK, queueIds);
    }

    @Override
    public void changed(int queueId) {
        add(Kind.CHANGED, List.of(queueId));
    }

    @Override
    public Future<Void> close() {
        closed = true;
        PgConnection connection = listening;
        return connection == null ? Future.succeededFuture() : connection.close();
    }

    private void connect(int failures, Promise<Void> ready) {
        if (closed) {
            ready.tryComplete();
            return;
        }
        hosts.connect(context)
                .map(PgConnection::cast)
                .compose(connection ->
                        bounded(connection, NotifyBrokers.listen(connection)).map(connection))
                .onComplete(connected -> {
                    if (connected.failed()) {
                        long delay =
                                Math.min(RECONNECT_MILLIS_MAX, (long) RECONNECT_MILLIS_MIN << Math.min(failures, 10));
                        vertx.setTimer(delay, id -> connect(failures + 1, ready));
                        return;
                    }
                    onConnected(connected.result());
                    if (!ready.tryComplete()) {
                        onSignal.accept(Signal.EVERYTHING);
                    }
                });
    }

    private void onConnected(PgConnection connection) {
        listening = connection;
        connection.notificationHandler(notification -> receive(notification.getPayload()));
        connection.exceptionHandler(e -> {});
        long check = vertx.setPeriodic(CHECK_MILLIS, id -> check(connection));
        connection.closeHandler(v -> {
            vertx.cancelTimer(check);
            connect(0, completed());
        });
        if (closed) {
            connection.close().onComplete(v -> {});
        }
    }

    /** The server may be frozen, unreachable or not the primary any more: then another one speaks. */
    private void check(PgConnection connection) {
        bounded(connection, NotifyBrokers.isStillPrimary(connection)).onComplete(checked -> {
            if (checked.failed() || !checked.result()) {
                Sockets.cut(connection);
            }
        });
    }

    /** Cuts the connection if the answer does not come. */
    private <T> Future<T> bounded(PgConnection connection, Future<T> answer) {
        long timer = vertx.setTimer(CHECK_MILLIS_MAX, id -> Sockets.cut(connection));
        return answer.onComplete(done -> vertx.cancelTimer(timer));
    }

    private static Promise<Void> completed() {
        Promise<Void> promise = Promise.promise();
        promise.complete();
        return promise;
    }

    private void receive(String payload) {
        NotifyBrokers.Payload parsed = NotifyBrokers.Payload.parse(payload);
        if (parsed != null && !parsed.sender().equals(sender)) {
            onSignal.accept(
                    parsed.queueIds().isEmpty() ? Signal.EVERYTHING : new Signal(parsed.kind(), parsed.queueIds()));
        }
    }

    private void add(Kind kind, Collection<Integer> queueIds) {
        synchronized (lock) {
            pending.computeIfAbsent(kind, k -> new TreeSet<>()).addAll(queueIds);
            if (quiet) {
                return;
            }
            quiet = true;
        }
        flush();
    }

    /** Sends what is pending; then stays quiet for a while, and for as long as the sending takes. */
    private void flush() {
        List<NotifyBrokers.Payload> payloads;
        synchronized (lock) {
            payloads = NotifyBrokers.Payload.of(sender, pending);
            pending.clear();
            if (payloads.isEmpty() || closed) {
                quiet = false;
                return;
            }
        }
        database.ask(connection -> NotifyBrokers.execute(connection, payloads))
                .onComplete(sent -> vertx.setTimer(QUIET_MILLIS, id -> flush()));
    }
}
