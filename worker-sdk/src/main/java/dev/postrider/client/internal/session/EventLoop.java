package dev.postrider.client.internal.session;

import io.smallrye.mutiny.helpers.queues.Queues;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The event loop that a client's state is confined to: a verticle of its own, so that several clients of one Vert.x lie
 * on different loops. Work handed over from other threads is gathered, and the loop is woken once for all of it.
 *
 * <p>What is handed over is bounded by those who do: publishes by their backlog, settlements by the messages handed
 * out. Safe for any thread.
 */
public final class EventLoop extends AbstractVerticle {
    private static final int TASKS_PER_TURN = 4_096;

    private final Queue<Runnable> inbox = Queues.createMpscQueue();
    private final AtomicBoolean awake = new AtomicBoolean();
    private volatile Thread thread;
    private volatile Context home;

    /** Called by Vert.x on the loop. What was handed over before is done now. */
    @Override
    public void start() {
        thread = Thread.currentThread();
        home = context;
        wake();
    }

    /** Deploys it. */
    public Future<String> deploy(Vertx on) {
        return on.deployVerticle(this);
    }

    /** Runs {@code task} on the loop: at once if this is the loop's thread, else soon. */
    public void execute(Runnable task) {
        if (isHere()) {
            task.run();
            return;
        }
        inbox.offer(task);
        wake();
    }

    /** True on the loop's thread. */
    public boolean isHere() {
        return Thread.currentThread() == thread;
    }

    /** Runs {@code task} after what the loop is doing now, in the client's own context. */
    void later(Runnable task) {
        home.runOnContext(ignored -> task.run());
    }

    /** Runs {@code task} after so many milliseconds, 1 at least; answers what {@link #cancelTimer} takes. */
    public long timer(long millis, Runnable task) {
        return vertx.setTimer(Math.max(1, millis), ignored -> task.run());
    }

    void cancelTimer(long timer) {
        vertx.cancelTimer(timer);
    }

    private void wake() {
        Context to = home;
        // Before the start there is nobody to wake; the start itself looks into the inbox.
        if (to != null && awake.compareAndSet(false, true)) {
            try {
                to.runOnContext(ignored -> turn());
            } catch (RejectedExecutionException e) {
                // The loop has ended with its Vert.x. Who hands over work then sees that the client is closed.
                awake.set(false);
                drainAfterEnd();
            }
        }
    }

    private synchronized void drainAfterEnd() {
        for (Runnable task = inbox.poll(); task != null; task = inbox.poll()) {
            task.run();
        }
    }

    private void turn() {
        awake.set(false);
        for (int i = 0; i < TASKS_PER_TURN; i++) {
            Runnable task = inbox.poll();
            if (task == null) {
                return;
            }
            task.run();
        }
        wake();
    }
}
