package dev.postrider.benchmarks.features;

import dev.postrider.benchmarks.broker.BrokerUnderTest;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/**
 * Kills one broker after the other and starts it again at once, one every so often, or when the one before is back,
 * whatever is later.
 */
final class Killer implements AutoCloseable {
    static final Duration EVERY = Duration.ofSeconds(5);

    private final Replicas replicas;
    private final IntConsumer before;
    private final Thread thread;
    private volatile boolean stopped;
    private volatile int kills;
    private volatile IOException failure;

    /** @param before is told which broker is about to die */
    Killer(Replicas replicas, IntConsumer before) {
        this.replicas = replicas;
        this.before = before;
        this.thread = new Thread(this::run, "killer");
        thread.start();
    }

    private void run() {
        long due = System.nanoTime() + EVERY.toNanos();
        try {
            while (!stopped) {
                if (System.nanoTime() < due) {
                    LockSupport.parkNanos(due - System.nanoTime());
                    continue;
                }
                int victim = kills % replicas.size();
                before.accept(victim);
                BrokerUnderTest broker = replicas.broker(victim);
                broker.kill();
                broker.launchAgain();
                kills = kills + 1;
                broker.awaitReady();
                due = Math.max(due + EVERY.toNanos(), System.nanoTime());
            }
        } catch (IOException e) {
            failure = e;
        }
    }

    int kills() {
        return kills;
    }

    /** Returns when all brokers take traffic again. */
    @Override
    public void close() throws IOException {
        stopped = true;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throw failure;
        }
    }
}
