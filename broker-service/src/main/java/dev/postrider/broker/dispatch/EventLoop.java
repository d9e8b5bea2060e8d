package dev.postrider.broker.dispatch;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Supplier;

/**
 * The one thread on which a broker decides. Everything in this package runs on it unless its Javadoc says
 * otherwise, so there are no locks; a test can put its own in place and with it own time and chance.
 */
public interface EventLoop {
    /** Runs the task on the loop, after what is queued already. Callable from any thread. */
    void execute(Runnable task);

    /** Runs the task on the loop after so many milliseconds, 0 up. */
    Timer timer(long delayMillis, Runnable task);

    /** Milliseconds that never run backwards, from any origin. */
    long monotonicMillis();

    /** As {@link #monotonicMillis()}, finer where the loop can tell; for measuring alone. */
    default long monotonicNanos() {
        return monotonicMillis() * 1_000_000;
    }

    /** Uniform in 0 (inclusive) to 1 (exclusive). */
    double random();

    /** What the task returns, completed on the loop; what it throws is a failure like any other. */
    default <T> Future<T> attempt(Supplier<Future<T>> task) {
        Future<T> started;
        try {
            started = task.get();
        } catch (RuntimeException e) {
            started = Future.failedFuture(e);
        }
        return hop(started);
    }

    /** The same outcome, but completed on the loop. */
    default <T> Future<T> hop(Future<T> future) {
        Promise<T> onLoop = Promise.promise();
        future.onComplete(done -> execute(() -> onLoop.handle(done)));
        return onLoop.future();
    }

    /** A task that has not run yet. */
    interface Timer {
        /** The task does not run any more; no effect if it did. */
        void cancel();
    }
}
