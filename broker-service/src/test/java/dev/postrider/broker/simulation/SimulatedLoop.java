package dev.postrider.broker.simulation;

import dev.postrider.broker.dispatch.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * The loop of one broker process on the scheduler of the world. Its clock has an origin of its own. A paused process
 * gets everything that came meanwhile when it resumes; a dead one gets nothing any more.
 */
final class SimulatedLoop implements EventLoop {
    private final Scheduler scheduler;
    private final SplittableRandom random;
    private final long originMillis;
    private final Consumer<RuntimeException> onThrow;
    private final List<Held> held = new ArrayList<>();
    private boolean paused;
    private boolean dead;
    private long postedMillis;

    /** What came while the process was paused. */
    private record Held(boolean timer, Task task) {}

    /** A task, and when it was asked for. */
    private static final class Task implements Timer {
        private final long postedMillis;
        private Runnable work;

        Task(long postedMillis, Runnable work) {
            this.postedMillis = postedMillis;
            this.work = work;
        }

        @Override
        public void cancel() {
            work = null;
        }
    }

    SimulatedLoop(Scheduler scheduler, SplittableRandom random, long originMillis, Consumer<RuntimeException> onThrow) {
        this.scheduler = scheduler;
        this.random = random;
        this.originMillis = originMillis;
        this.onThrow = onThrow;
    }

    @Override
    public void execute(Runnable work) {
        Task task = new Task(scheduler.nowMillis(), work);
        scheduler.after(0, () -> run(false, task));
    }

    @Override
    public Timer timer(long delayMillis, Runnable work) {
        Task task = new Task(scheduler.nowMillis(), work);
        scheduler.after(delayMillis, () -> run(true, task));
        return task;
    }

    private void run(boolean timer, Task task) {
        if (dead || task.work == null) {
            return;
        }
        if (paused) {
            held.add(new Held(timer, task));
            return;
        }
        postedMillis = task.postedMillis;
        try {
            task.work.run();
        } catch (RuntimeException e) {
            onThrow.accept(e);
        }
    }

    @Override
    public long monotonicMillis() {
        return originMillis + scheduler.nowMillis();
    }

    @Override
    public double random() {
        return random.nextDouble();
    }

    /** When the task that runs now was put on the loop: long ago if the process was paused since. */
    long postedMillis() {
        return postedMillis;
    }

    boolean isPaused() {
        return paused;
    }

    void pause() {
        paused = true;
    }

    /** Timers that are due and arrivals keep their order among themselves; which come first is chance. */
    void resume() {
        paused = false;
        boolean timersFirst = random.nextBoolean();
        List<Held> waiting = new ArrayList<>(held);
        held.clear();
        waiting.stream()
                .filter(one -> one.timer() == timersFirst)
                .forEach(one -> scheduler.after(0, () -> run(one.timer(), one.task())));
        waiting.stream()
                .filter(one -> one.timer() != timersFirst)
                .forEach(one -> scheduler.after(0, () -> run(one.timer(), one.task())));
    }

    void die() {
        dead = true;
        held.clear();
    }
}
