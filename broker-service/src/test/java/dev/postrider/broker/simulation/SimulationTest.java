package dev.postrider.broker.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Thousands of worlds, each with some brokers, a database and clients, in which everything goes wrong that a seed says.
 *
 * <p>Goal: no invariant is ever broken. Method: see {@link Simulation}; the seeds are the same in every build, and a
 * failing one is printed with the line that replays it. {@code -Dsimulation.seed=7} runs that one only,
 * {@code -Dsimulation.trace=true} prints all that happens, {@code -Dsimulation.seeds=100000} runs more.
 */
class SimulationTest {
    private static final long SEEDS = Long.getLong("simulation.seeds", 2_000);
    private static final int THREADS = 2;
    private static final int FAILURES_MAX = 5;

    @Test
    void noPromiseIsBrokenInAnyWorld() throws InterruptedException {
        Long only = Long.getLong("simulation.seed");
        Hunt hunt = new Hunt(only == null ? 1 : only, only == null ? SEEDS : 1, FAILURES_MAX);
        long start = System.nanoTime();
        hunt.run(THREADS, () -> {});
        System.out.printf("Simulation: %s, in %d ms%n", hunt, (System.nanoTime() - start) / 1_000_000);
        Map<Long, Throwable> failures = hunt.failures();
        failures.forEach((seed, failure) -> System.out.println(failure + "\n  " + Hunt.replay(seed)));
        if (!failures.isEmpty()) {
            Map.Entry<Long, Throwable> first = failures.entrySet().iterator().next();
            throw new AssertionError(Hunt.replay(first.getKey()), first.getValue());
        }
    }

    @Test
    void aSeedReplaysExactly() {
        for (long seed = 1; seed <= 20; seed++) {
            assertThat(Simulation.run(seed, Defect.NONE)).isEqualTo(Simulation.run(seed, Defect.NONE));
        }
    }
}
