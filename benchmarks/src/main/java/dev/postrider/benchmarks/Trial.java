package dev.postrider.benchmarks;

import dev.postrider.benchmarks.broker.Broker;
import dev.postrider.benchmarks.broker.Brokers;
import dev.postrider.benchmarks.profile.DatabaseWaits;
import dev.postrider.benchmarks.profile.ProfilePage;
import dev.postrider.benchmarks.workload.Effort;
import dev.postrider.benchmarks.workload.Workload;
import dev.postrider.benchmarks.workload.Workloads;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * One broker through some workloads, once each, in a program of its own, so that no client inherits what another
 * did to the heap and the compiler. Started by {@link Compare}, which reads its lines.
 *
 * <p>Arguments: broker, workloads joined by commas, {@code full} or {@code quick}, an empty directory.
 */
public final class Trial {
    static final String VERSION = "VERSION\t";
    static final String FIGURES = "FIGURES\t";

    private static final String WARM_UP = "throughput-100b-random-4x4";

    private Trial() {}

    public static void main(String[] arguments) {
        List<Workload> workloads = Workloads.named(Arrays.asList(arguments[1].split(",")));
        Effort effort = "quick".equals(arguments[2]) ? Effort.quick() : Effort.full();
        boolean well = false;
        try (Broker broker = Brokers.named(arguments[0]).start(Path.of(arguments[3]))) {
            System.out.println(VERSION + broker.version());
            if (!effort.equals(Effort.quick())) {
                warmUp(broker);
            }
            Runnable endSampling = sample(Path.of(arguments[3]));
            well = workloads.stream()
                            .filter(workload -> !run(workload, broker, effort, FIGURES))
                            .count()
                    == 0;
            endSampling.run();
        } catch (RuntimeException e) {
            e.printStackTrace();
        } finally {
            // Threads of clients must not keep the program.
            System.exit(well ? 0 : 1);
        }
    }

    /** Watches the broker's embedded database, if a profile is wanted; answers how to stop it. */
    private static Runnable sample(Path directory) {
        String profile = System.getProperty(TrialProcess.PROFILE);
        return profile == null
                ? () -> {}
                : new DatabaseWaits(directory.resolve("data"), Path.of(profile).resolve(ProfilePage.DATABASE))::close;
    }

    /** Programs in Java compile themselves for half a minute, beside which nothing should be measured. */
    private static void warmUp(Broker broker) {
        Workloads.named(List.of(WARM_UP)).forEach(workload -> run(workload, broker, Effort.compiling(), "WARM-UP\t"));
    }

    /** A workload that fails does not keep the others from their turn. */
    private static boolean run(Workload workload, Broker broker, Effort effort, String mark) {
        System.err.println("--- " + workload.name());
        try {
            System.out.println(line(mark, workload.name(), workload.run(broker, effort)));
            return true;
        } catch (RuntimeException e) {
            e.printStackTrace();
            return false;
        }
    }

    private static String line(String mark, String workload, Map<String, Double> figures) {
        StringBuilder line = new StringBuilder(mark).append(workload);
        figures.forEach(
                (name, value) -> line.append('\t').append(name).append('=').append(value));
        return line.toString();
    }
}
