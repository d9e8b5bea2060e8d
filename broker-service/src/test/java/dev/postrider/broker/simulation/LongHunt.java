package dev.postrider.broker.simulation;

import java.util.HashSet;
import java.util.Set;

/**
 * Runs as many seeds as one likes, and prints what fails; or {@code mvn verify -pl
 * protocol,embedded-postgresql,broker-service -Dtest=SimulationTest -Dsimulation.seeds=1000000
 * -Dsurefire.failIfNoSpecifiedTests=false}.
 *
 * <p>Arguments: the first seed, how many, and how many threads.
 */
public final class LongHunt {
    private static final int FAILURES_MAX = 50;

    private LongHunt() {}

    public static void main(String[] arguments) throws InterruptedException {
        long first = arguments.length > 0 ? Long.parseLong(arguments[0]) : 1;
        long count = arguments.length > 1 ? Long.parseLong(arguments[1]) : 1_000_000;
        int threads = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 2;
        Hunt hunt = new Hunt(first, count, FAILURES_MAX);
        long start = System.nanoTime();
        Set<Long> told = new HashSet<>();
        hunt.run(threads, () -> {
            hunt.failures().forEach((seed, failure) -> {
                if (told.add(seed)) {
                    System.out.println("seed " + seed + ": " + failure);
                    if (!(failure instanceof Violation)) {
                        failure.printStackTrace(System.out);
                    }
                }
            });
            System.out.printf("%,6d s  %s%n", (System.nanoTime() - start) / 1_000_000_000, hunt);
        });
        System.exit(hunt.failures().isEmpty() ? 0 : 1);
    }
}
