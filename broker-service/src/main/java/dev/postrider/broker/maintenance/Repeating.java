package dev.postrider.broker.maintenance;

import dev.postrider.broker.dispatch.EventLoop;
import io.vertx.core.Future;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Runs a task again and again on the broker's event loop, the next run so long after the end of the last. A failed
 * run is logged and followed by the next.
 */
final class Repeating {
    private static final Logger LOG = Logger.getLogger(Repeating.class);

    private final String name;
    private final EventLoop loop;
    private final long pauseMillis;
    private final Supplier<Future<Void>> task;
    private EventLoop.Timer timer;
    private boolean stopped;
    private boolean failing;

    Repeating(String name, EventLoop loop, long pauseMillis, Supplier<Future<Void>> task) {
        this.name = name;
        this.loop = loop;
        this.pauseMillis = pauseMillis;
        this.task = task;
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
        Future<Void> run;
        try {
            run = task.get();
        } catch (RuntimeException e) {
            run = Future.failedFuture(e);
        }
        run.onComplete(done -> loop.execute(() -> {
            log(done.cause());
            if (!stopped) {
                timer = loop.timer(pauseMillis, this::run);
            }
        }));
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
