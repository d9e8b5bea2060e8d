package dev.postrider.broker.maintenance;

import dev.postrider.broker.dispatch.EventLoop;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** A real thread that a test can stop for a while: what it should do meanwhile piles up, as under SIGSTOP. */
final class PausingLoop implements EventLoop, AutoCloseable {
    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1, task -> {
        Thread made = new Thread(task, "broker loop");
        made.setDaemon(true);
        return made;
    });

    private CountDownLatch pause = new CountDownLatch(0);

    PausingLoop() {
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Stops the loop after what it does just now. */
    void pause() {
        CountDownLatch resumed = new CountDownLatch(1);
        pause = resumed;
        thread.execute(() -> awaitQuietly(resumed));
    }

    void resume() {
        pause.countDown();
    }

    @Override
    public void execute(Runnable task) {
        if (!thread.isShutdown()) {
            thread.execute(task);
        }
    }

    @Override
    public Timer timer(long delayMillis, Runnable task) {
        Future<?> scheduled = thread.schedule(task, delayMillis, TimeUnit.MILLISECONDS);
        return () -> scheduled.cancel(false);
    }

    @Override
    public long monotonicMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    @Override
    public double random() {
        return ThreadLocalRandom.current().nextDouble();
    }

    @Override
    public void close() {
        resume();
        thread.shutdown();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
