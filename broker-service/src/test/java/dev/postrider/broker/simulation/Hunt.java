package dev.postrider.broker.simulation;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Runs seed after seed on some threads, and counts what the worlds came to. Each seed has a thread to itself. */
final class Hunt {
    /** Brokers that are killed by the thousand have little to say. Held here, or the level would be forgotten. */
    private static final Logger LOG = Logger.getLogger("dev.postrider.broker");

    private final long first;
    private final long count;
    private final int failuresMax;
    private final AtomicLong next = new AtomicLong();
    private final AtomicLong done = new AtomicLong();
    private final AtomicLong messages = new AtomicLong();
    private final AtomicLong handOuts = new AtomicLong();
    private final AtomicLong faults = new AtomicLong();
    private final AtomicLong events = new AtomicLong();
    private final Map<Long, Throwable> failures = new TreeMap<>();

    Hunt(long first, long count, int failuresMax) {
        this.first = first;
        this.count = count;
        this.failuresMax = failuresMax;
        LOG.setLevel(Level.OFF);
    }

    /** Returns when every seed was run, or enough have failed. */
    Hunt run(int threads, Runnable meanwhile) throws InterruptedException {
        Thread[] hunters = new Thread[threads];
        for (int i = 0; i < threads; i++) {
            hunters[i] = new Thread(this::hunt, "simulation " + i);
            hunters[i].setDaemon(true);
            hunters[i].start();
        }
        for (Thread hunter : hunters) {
            while (hunter.isAlive()) {
                hunter.join(10_000);
                meanwhile.run();
            }
        }
        return this;
    }

    private void hunt() {
        long seed = first + next.getAndIncrement();
        while (seed < first + count && failureCount() < failuresMax) {
            try {
                add(Simulation.run(seed, Defect.NONE));
            } catch (RuntimeException | AssertionError e) {
                synchronized (failures) {
                    failures.put(seed, e);
                }
            }
            done.incrementAndGet();
            seed = first + next.getAndIncrement();
        }
    }

    private void add(Simulation.Result result) {
        messages.addAndGet(result.messages());
        handOuts.addAndGet(result.handOuts());
        faults.addAndGet(result.faults());
        events.addAndGet(result.events());
    }

    private int failureCount() {
        synchronized (failures) {
            return failures.size();
        }
    }

    /** What failed, by seed. */
    Map<Long, Throwable> failures() {
        synchronized (failures) {
            return new TreeMap<>(failures);
        }
    }

    /** How a seed is run again. */
    static String replay(long seed) {
        return "replay with -Dtest=SimulationTest -Dsimulation.seed=" + seed + " (and -Dsimulation.trace=true)";
    }

    @Override
    public String toString() {
        return "%,d seeds, %,d failed: %,d messages handed out %,d times, %,d faults, %,d events"
                .formatted(done.get(), failureCount(), messages.get(), handOuts.get(), faults.get(), events.get());
    }
}
