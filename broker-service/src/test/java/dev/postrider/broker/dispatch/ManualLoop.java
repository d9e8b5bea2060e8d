package dev.postrider.broker.dispatch;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;

/** An event loop whose time and turns belong to a test. */
final class ManualLoop implements EventLoop {
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final PriorityQueue<Due> timers = new PriorityQueue<>(Comparator.comparingLong(due -> due.atMillis));
    private long nowMillis = 1_000;

    private static final class Due {
        private final long atMillis;
        private final Runnable task;

        Due(long atMillis, Runnable task) {
            this.atMillis = atMillis;
            this.task = task;
        }
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public Timer timer(long delayMillis, Runnable task) {
        Due due = new Due(nowMillis + delayMillis, task);
        timers.add(due);
        return () -> timers.remove(due);
    }

    @Override
    public long monotonicMillis() {
        return nowMillis;
    }

    @Override
    public double random() {
        return 0.5;
    }

    /** Runs what is queued, and what that queues. */
    void turn() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    /** Lets time pass, with every timer at its time. */
    void advance(long millis) {
        long until = nowMillis + millis;
        turn();
        while (!timers.isEmpty() && timers.peek().atMillis <= until) {
            Due due = timers.poll();
            nowMillis = due.atMillis;
            due.task.run();
            turn();
        }
        nowMillis = until;
    }
}
