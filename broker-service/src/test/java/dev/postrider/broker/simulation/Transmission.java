package dev.postrider.broker.simulation;

import dev.postrider.broker.dispatch.EventLoop;
import dev.postrider.broker.simulation.model.Exchange;
import dev.postrider.broker.store.StoreException;
import dev.postrider.broker.store.StoreException.Outcome;
import io.vertx.core.Future;
import io.vertx.core.Promise;

/**
 * One exchange on its way from a broker's loop to the server and back. The client's side knows what the real client
 * would: before COMMIT is sent nothing is stored, afterwards only an answer tells, and after five seconds it gives
 * up.
 */
final class Transmission<T> {
    private static final long DEADLINE_MILLIS = 5_000;
    /** How long the server waits for the next statement of a transaction. */
    private static final long IDLE_MILLIS = 10_000;

    private final SimulatedWire wire;
    private final SimulatedServer server;
    private final Scheduler scheduler;
    private final Chance chance;
    private final Exchange<T> exchange;
    private final Fate fate;
    private final Promise<T> answer = Promise.promise();
    private EventLoop.Timer deadline;
    private boolean commitSent;
    /** The client has its answer, or has given up. */
    private boolean answered;
    /** The server's side is over, or will never begin. */
    private boolean over;

    Transmission(SimulatedWire wire, Exchange<T> exchange, Fate fate) {
        this.wire = wire;
        this.server = wire.server();
        this.scheduler = wire.scheduler();
        this.chance = wire.chance();
        this.exchange = exchange;
        this.fate = fate;
    }

    Future<T> start() {
        if (!exchange.asks()) {
            exchange.prepare();
            if (exchange.isOver()) {
                return Future.succeededFuture(exchange.end());
            }
        }
        wire.sent(this);
        if (server.isAway()) {
            over = true;
            scheduler.after(chance.between(1, 30), () -> fail("The database cannot be reached"));
            return answer.future();
        }
        deadline = wire.loop().timer(DEADLINE_MILLIS, () -> giveUp("No answer in time"));
        commitSent = !exchange.asks();
        if (fate == Fate.REQUEST_LOST) {
            over = true;
            cutSoonOrNever();
        } else {
            server.step(exchange.asks() ? chance.hop() : chance.hop() + delay(), this::arrive);
        }
        return answer.future();
    }

    /** How late COMMIT comes to the server; a transaction that has begun is not waited for as long as others. */
    private long delay() {
        return switch (fate) {
            case SLOW -> chance.between(20, 4_000);
            case LATE -> DEADLINE_MILLIS + chance.between(-200, exchange.asks() ? 4_000 : 15_000);
            default -> 0;
        };
    }

    private void arrive() {
        if (!over) {
            server.opened(this);
            begin();
        }
    }

    /** On the server: also called when another transaction has ended for which this one waits. */
    void begin() {
        if (over) {
            return;
        }
        if (!exchange.begin()) {
            server.waits(this);
        } else if (exchange.asks()) {
            server.step(IDLE_MILLIS, this::idleForTooLong);
            scheduler.after(chance.hop(), () -> wire.loop().execute(this::goOn));
        } else {
            server.step(chance.between(0, 4), this::end);
        }
    }

    /** On the client: the first answer is there. */
    private void goOn() {
        if (answered) {
            return;
        }
        try {
            exchange.prepare();
        } catch (RuntimeException e) {
            server.step(chance.hop(), this::abort);
            complete(null, e);
            return;
        }
        if (exchange.isOver()) {
            server.step(chance.hop(), this::abort);
            complete(exchange.end(), null);
            return;
        }
        commitSent = true;
        server.step(chance.hop() + delay() + chance.between(0, 4), this::end);
    }

    private void idleForTooLong() {
        if (!over && !commitSent) {
            abort();
        }
    }

    /** On the server. */
    private void end() {
        if (over) {
            return;
        }
        over = true;
        T result = null;
        RuntimeException refusal = null;
        try {
            result = exchange.end();
        } catch (StoreException e) {
            refusal = e;
        }
        exchange.abort();
        if (answered) {
            server.tookLate(exchange.released());
        }
        wire.trace().note("committed", exchange.number(), exchange);
        if (fate == Fate.REPLY_LOST) {
            cutSoonOrNever();
        } else {
            T given = result;
            RuntimeException failure = refusal;
            scheduler.after(chance.hop(), () -> wire.loop().execute(() -> complete(given, failure)));
        }
        server.over(this);
    }

    private void abort() {
        if (!over) {
            over = true;
            exchange.abort();
            server.over(this);
        }
    }

    /** The server has gone down; the client hears of it. */
    void serverGone() {
        over = true;
        exchange.abort();
    }

    /** The connection is seen to be gone, or nothing is heard until the deadline. */
    private void cutSoonOrNever() {
        if (chance.happens(0.7)) {
            scheduler.after(chance.between(1, 300), this::cut);
        }
    }

    /** The connection is gone. */
    void cut() {
        wire.loop().execute(() -> giveUp("The connection was lost"));
    }

    /** The client's process is gone: what it has sent may arrive all the same. */
    void clientGone() {
        answered = true;
        if (!commitSent) {
            server.step(chance.hop(), this::abort);
        } else if (chance.happens(0.3)) {
            server.step(0, this::abort);
        }
    }

    private void giveUp(String why) {
        if (!answered && !commitSent) {
            server.step(chance.hop(), this::abort);
        }
        complete(null, new StoreException(commitSent ? Outcome.UNKNOWN : Outcome.NOT_STORED, why, null));
    }

    private void fail(String why) {
        wire.loop().execute(() -> complete(null, new StoreException(Outcome.NOT_STORED, why, null)));
    }

    private void complete(T result, RuntimeException failure) {
        if (answered) {
            return;
        }
        answered = true;
        wire.answered(this);
        if (deadline != null) {
            deadline.cancel();
        }
        if (failure == null) {
            answer.complete(result);
        } else {
            wire.trace().note("failed", exchange.number(), exchange);
            answer.fail(failure);
        }
    }
}
