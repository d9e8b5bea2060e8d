package dev.postrider.broker.store.postgres;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.SqlConnection;
import java.util.ArrayList;
import java.util.List;

/**
 * Connects to whichever of several servers takes writes. It starts with the one that did last; one that is slow to
 * answer, or frozen, does not hold up the question to the next. Every connection of ours is made here. Safe to call
 * from any thread.
 */
final class Hosts {
    /** A server that lives answers sooner. */
    private static final long NEXT_AFTER_MILLIS = 300;

    private final Vertx vertx;
    private final List<PgConnectOptions> hosts;
    private final long deadlineMillis;
    private volatile int preferred;

    /** {@code deadlineMillis}: from the start of a connection to the answer that it takes writes. */
    Hosts(Vertx vertx, List<PgConnectOptions> hosts, long deadlineMillis) {
        this.vertx = vertx;
        this.hosts = List.copyOf(hosts);
        this.deadlineMillis = deadlineMillis;
    }

    /** A new connection that belongs to {@code context}, an event loop's, where the answer is given. */
    Future<SqlConnection> connect(Context context) {
        Search search = new Search(context);
        context.runOnContext(v -> search.askNext());
        return search.answer.future();
    }

    /** One connection in the making. All of it runs on its context. */
    private final class Search {
        private final Context context;
        private final int first = preferred;
        private final Promise<SqlConnection> answer = Promise.promise();
        private final List<Dial> dials = new ArrayList<>();
        private int ended;
        private Throwable failure;

        Search(Context context) {
            this.context = context;
        }

        void askNext() {
            if (answer.future().isComplete() || dials.size() == hosts.size()) {
                return;
            }
            int index = (first + dials.size()) % hosts.size();
            Dial dial = new Dial(vertx, hosts.get(index));
            dials.add(dial);
            long timer = vertx.setTimer(NEXT_AFTER_MILLIS, id -> askNext());
            dial.connect(context, deadlineMillis).onComplete(done -> {
                vertx.cancelTimer(timer);
                ended++;
                if (done.succeeded()) {
                    found(index, done.result());
                } else {
                    failed(done.cause());
                }
            });
        }

        private void found(int index, SqlConnection connection) {
            if (answer.tryComplete(connection)) {
                preferred = index;
                dials.forEach(Dial::abandon);
            } else {
                Sockets.cut(connection);
            }
        }

        private void failed(Throwable cause) {
            if (answer.future().isComplete()) {
                return;
            }
            if (failure == null || failure instanceof Dial.ReadOnlyException) {
                failure = cause; // That a standby is a standby tells least.
            }
            if (ended == hosts.size()) {
                answer.fail(failure);
            } else {
                askNext();
            }
        }
    }
}
