package dev.postrider.broker.maintenance;

import dev.postrider.broker.dispatch.EventLoop;
import io.vertx.core.Future;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Runs a task again and again on the broker's event loop, the next run so long after the end of the last. A failed
 * run is logged and followed by the next. A considerate one rests longer after a run that took long, so that it takes
 * no more than a twentieth of the time even when the database has become slow.
 */
final class Repeating {
    private static final Logger LOG = Logger.getLogger(Repeating.class);
    private static final int REST_FACTOR = 20;
    private static final long REST_MILLIS_MAX = 10_000;

    private final String name;
    private final EventLoop loop;
    private final long pauseMillis;
    private final boolean considerate;
    private final Supplier<Future<Void>> task;
    private EventLoop.Timer timer;
    private boolean stopped;
    private boolean failing;

    private Repeating(String name, EventLoop loop, long pauseMillis, boolean considerate, Supplier<Future<Void>> task) {
        this.name = name;
        this.loop = loop;
        this.pauseMillis = pauseMillis;
        this.considerate = considerate;
        this.task = task;
    }

    /** Keeps its pace, however long a run takes. */
    static Repeating steady(String name, EventLoop loop, long pauseMillis, Supplier<Future<Void>> task) {
        return new Repeating(name, loop, pauseMillis, false, task);
    }

    static Repeating considerate(String name, EventLoop loop, long pauseMillis, Supplier<Future<Void>> task) {
        return new Repeating(name, loop, pauseMillis, true, task);
    }

    /** Starts with a pause. */
    void start() {
        stopped = false;
        timer = loop.timer(pauseMillis, this::run);
    }

    void stop() {
        stopped = true;
        if (timer != null) {
            timer.cancel();
        }
    }

    private void run() {
        long begunMillis = loop.monotonicMillis();
        Future<Void> run;
        try {
            run = task.get();
        } catch (RuntimeException e) {
            run = Future.failedFuture(e);
        }
        run.onComplete(done -> loop.execute(() -> {
            log(done.cause());
            if (!stopped) {
                // A failure took as long as a deadline is; the next run must not wait for that.
                long tookMillis = done.succeeded() ? loop.monotonicMillis() - begunMillis : 0;
                timer = loop.timer(pauseAfter(tookMillis), this::run);
            }
        }));
    }

    private long pauseAfter(long tookMillis) {
        return considerate ? Math.max(pauseMillis, Math.min(REST_MILLIS_MAX, REST_FACTOR * tookMillis)) : pauseMillis;
    }

    private void log(Throwable cause) {
        if (cause != null && !failing) {
            // A database that is away fails every run; once is enough to know.
            LOG.warnf("The %s failed and is tried again: %s", name, cause.getMessage());
            LOG.debugf(cause, "The %s failed", name);
        } else if (cause == null && failing) {
            LOG.infof("The %s works again", name);
        }
        failing = cause != null;
    }
}
