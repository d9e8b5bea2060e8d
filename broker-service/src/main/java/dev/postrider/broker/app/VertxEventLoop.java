package dev.postrider.broker.app;

import dev.postrider.broker.dispatch.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** The broker's loop as one Vert.x event-loop context of its own. */
final class VertxEventLoop implements EventLoop {
    private final Vertx vertx;
    private final Context context;

    /** Call from a thread that has no Vert.x context yet: it gets this one. */
    VertxEventLoop(Vertx vertx) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        if (!context.isEventLoopContext()) {
            throw new IllegalStateException("The broker needs an event-loop context, not " + context);
        }
    }

    @Override
    public void execute(Runnable task) {
        context.runOnContext(none -> task.run());
    }

    @Override
    public Timer timer(long delayMillis, Runnable task) {
        long id = vertx.setTimer(Math.max(1, delayMillis), fired -> context.runOnContext(none -> task.run()));
        return () -> vertx.cancelTimer(id);
    }

    @Override
    public long monotonicMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    @Override
    public long monotonicNanos() {
        return System.nanoTime();
    }

    @Override
    public double random() {
        return ThreadLocalRandom.current().nextDouble();
    }
}
