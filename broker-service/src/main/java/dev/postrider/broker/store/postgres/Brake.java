package dev.postrider.broker.store.postgres;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlConnection;
import org.jboss.logging.Logger;

/**
 * Keeps writes back while the database does not answer them. A commit that waits for a standby that is gone does not
 * notice that its client has gone too: its session keeps its locks and its place among the server's connections until
 * the standby is back. So whoever repeats what was cut at its deadline fills the server within minutes. Instead the
 * brake is put on, and a question that writes nothing finds out when it can be let go. Safe to use from any thread.
 */
final class Brake {
    private static final Logger LOG = Logger.getLogger(Brake.class);
    private static final long ASK_AGAIN_MILLIS = 250;
    /** With the connecting. */
    private static final long ANSWER_MILLIS_MAX = 6_000;

    // Sessions of every broker count, since all of them meet the same server. Whoever waits for a standby that lives
    // does not wait for so long.
    private static final String HANGING =
            """
            select count(*) from pg_stat_activity
            where datname = current_database() and application_name like 'postrider%' and wait_event = 'SyncRep'
              and query_start < clock_timestamp() - interval '500 ms'
            """;

    private final Vertx vertx;
    private final Context context;
    private final Hosts hosts;
    private volatile boolean on;
    private volatile boolean closed;

    /** Only used on the context. */
    private boolean asking;

    private SqlConnection asked;

    Brake(Vertx vertx, Hosts hosts) {
        this.vertx = vertx;
        this.context = Sockets.newEventLoop(vertx);
        this.hosts = hosts;
    }

    /** True while no write should be sent. */
    boolean isOn() {
        return on;
    }

    /** A write takes long: finds out whether that is because writes hang. */
    void look() {
        context.runOnContext(v -> askUnlessAsking());
    }

    /** Something was not answered within its deadline: nothing more is written until the database says that it can. */
    void pull() {
        if (!on) {
            putOn();
        }
        look();
    }

    void close() {
        closed = true;
        context.runOnContext(v -> hangUp());
    }

    private void putOn() {
        on = true;
        LOG.warn("The database does not answer writes; nothing is written until it does");
    }

    private void askUnlessAsking() {
        if (!asking && !closed) {
            asking = true;
            ask();
        }
    }

    private void ask() {
        hanging().onComplete(done -> {
            if (done.failed()) {
                disconnect();
            } else if (done.result() > 0 && !on) {
                putOn();
            } else if (done.result() == 0 && on) {
                on = false;
                LOG.info("The database answers writes again");
            }
            if (on && !closed) {
                vertx.setTimer(ASK_AGAIN_MILLIS, id -> ask());
            } else {
                asking = false;
                hangUp();
            }
        });
    }

    private Future<Long> hanging() {
        Promise<Long> answer = Promise.promise();
        long timer =
                vertx.setTimer(ANSWER_MILLIS_MAX, id -> answer.tryFail(new Dial.DeadlineException("the current host")));
        connection().compose(connection -> connection.query(HANGING).execute()).onComplete(done -> {
            vertx.cancelTimer(timer);
            if (done.succeeded()) {
                answer.tryComplete(done.result().iterator().next().getLong(0));
            } else {
                answer.tryFail(done.cause());
            }
        });
        return answer.future();
    }

    /** The connection of the last question, as long as that was answered: asking must not cost the server sessions. */
    private Future<SqlConnection> connection() {
        return asked != null
                ? Future.succeededFuture(asked)
                : hosts.connect(context).onSuccess(connection -> {
                    asked = connection;
                    connection.exceptionHandler(e -> {});
                    connection.closeHandler(v -> asked = asked == connection ? null : asked);
                });
    }

    private void hangUp() {
        if (asked != null) {
            asked.close().onComplete(closed -> {});
            asked = null;
        }
    }

    private void disconnect() {
        if (asked != null) {
            Sockets.cut(asked);
            asked = null;
        }
    }
}
