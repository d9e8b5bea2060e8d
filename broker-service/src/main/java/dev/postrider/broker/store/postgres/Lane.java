package dev.postrider.broker.store.postgres;

import dev.postrider.broker.store.StoreException.Outcome;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgNotice;
import io.vertx.sqlclient.SqlConnection;
import java.util.List;

/**
 * A connection borrowed for one transaction, with a deadline. It alone decides what is known when something fails:
 * before COMMIT is sent nothing is stored; afterwards only an answer tells. When the deadline passes, the socket is
 * closed, so that every pending statement fails. Never a cancel: PostgreSQL would give up waiting for its standby and
 * report the commit as a success. A connection goes back to the pool only after a clean end.
 *
 * <p>Used by one transaction at a time, from the context that borrowed it.
 */
final class Lane {
    /**
     * Plain, so that it cannot fail: statements sent behind a failed BEGIN would commit one by one. The session's
     * defaults say the rest.
     */
    private static final String BEGIN = "begin";

    /** A transaction that takes so long is worth a question why. */
    private static final long SLOW_MILLIS = 1_000;

    private final Vertx vertx;
    private final SqlConnection connection;
    private final Keeper keeper;
    /** Guarded by this. */
    private long timer;

    private volatile boolean commitSent;
    private volatile boolean doubtful;
    /** Guarded by this: a late timer must not cut a connection that somebody else has borrowed since. */
    private boolean released;

    /** Who lends the connection. Called from any thread. */
    interface Keeper {
        /** The transaction takes long. */
        void slow();

        /** Its deadline has passed and its connection is cut. */
        void late();

        /** Whether it was committed is not known. */
        void doubtful(Throwable cause);
    }

    Lane(Vertx vertx, SqlConnection connection, long deadlineMillis, Keeper keeper) {
        this.vertx = vertx;
        this.connection = connection;
        this.keeper = keeper;
        long slowMillis = Math.min(SLOW_MILLIS, deadlineMillis / 2);
        this.timer = vertx.setTimer(slowMillis, id -> slow(deadlineMillis - slowMillis));
        ((PgConnection) connection).noticeHandler(this::onNotice);
        // The statements on their way fail too, and say it where it is dealt with.
        connection.exceptionHandler(e -> {});
    }

    SqlConnection connection() {
        return connection;
    }

    /** From now on a lost connection leaves the outcome unknown. */
    void commitSent() {
        commitSent = true;
    }

    Future<Void> begin() {
        return connection.query(BEGIN).execute().mapEmpty();
    }

    /** Sends COMMIT after {@code statements} that may still be on their way, and ends with all their answers. */
    Future<Void> commitAfter(List<? extends Future<?>> statements) {
        commitSent = true;
        Future<Void> commit = connection.query("commit").execute().mapEmpty();
        return finish(Future.join(statements).transform(joined -> {
            Throwable first = joined.succeeded() ? null : firstFailure(statements);
            return commit.transform(committed -> first != null && (committed.succeeded() || Failures.isRefusal(first))
                    ? Future.<Void>failedFuture(first)
                    : commit);
        }));
    }

    Future<Void> commit() {
        return commitAfter(List.of());
    }

    /** Rolls back and fails with {@code cause}. */
    <T> Future<T> rollBack(Throwable cause) {
        return rollBack()
                .transform(result -> Future.failedFuture(Failures.asStoreException(Outcome.NOT_STORED, cause)));
    }

    /** Rolls back what was begun and fails with {@code cause} as it is. */
    <T> Future<T> rollBackAndThrow(RuntimeException cause) {
        return rollBack().compose(v -> Future.failedFuture(cause));
    }

    /** Gives the connection back unused and fails with {@code cause} as it is. */
    <T> Future<T> abandon(RuntimeException cause) {
        return abandon().compose(v -> Future.failedFuture(cause));
    }

    /** Gives the connection back unused. */
    Future<Void> abandon() {
        release(true);
        return Future.succeededFuture();
    }

    /** Rolls back; a failure to do so does no harm, since the connection is closed then. */
    Future<Void> rollBack() {
        return connection.query("rollback").execute().transform(result -> {
            release(result.succeeded());
            return Future.succeededFuture();
        });
    }

    /** Gives the connection back when {@code end} is there, and tells what its failure means. */
    <T> Future<T> finish(Future<T> end) {
        return end.transform(result -> {
            boolean answered = !doubtful && (result.succeeded() || Failures.isRefusal(result.cause()));
            release(answered && !Failures.isReadOnly(result.cause()));
            if (result.succeeded() && answered) {
                return Future.succeededFuture(result.result());
            }
            Outcome outcome = answered || !commitSent ? Outcome.NOT_STORED : Outcome.UNKNOWN;
            if (outcome == Outcome.UNKNOWN) {
                keeper.doubtful(result.cause());
            }
            return Future.failedFuture(Failures.asStoreException(outcome, result.cause()));
        });
    }

    /** A refused statement makes the server refuse COMMIT too; the first refusal that is its own cause tells most. */
    static Throwable firstFailure(List<? extends Future<?>> statements) {
        Throwable first = null;
        for (Future<?> statement : statements) {
            if (statement.failed() && (first == null || Failures.isConsequence(first))) {
                first = statement.cause();
            }
        }
        return first;
    }

    private void onNotice(PgNotice notice) {
        // A COMMIT that stops waiting for its standby warns and then reports success.
        if (commitSent && "WARNING".equals(notice.getSeverity())) {
            doubtful = true;
        }
    }

    private void release(boolean clean) {
        synchronized (this) {
            released = true;
            vertx.cancelTimer(timer);
        }
        if (clean) {
            Sockets.giveBack(connection);
        } else {
            Sockets.throwAway(connection);
        }
    }

    private synchronized void slow(long millisLeft) {
        if (!released) {
            timer = vertx.setTimer(millisLeft, id -> cutUnlessReleased());
            keeper.slow();
        }
    }

    private synchronized void cutUnlessReleased() {
        if (!released) {
            Sockets.cut(connection);
            keeper.late();
        }
    }
}
