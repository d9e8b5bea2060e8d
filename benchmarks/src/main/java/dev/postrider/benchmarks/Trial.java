package dev.postrider.benchmarks;

import dev.postrider.benchmarks.broker.Broker;
import dev.postrider.benchmarks.broker.Brokers;
import dev.postrider.benchmarks.workload.Effort;
import dev.postrider.benchmarks.workload.Workload;
import dev.postrider.benchmarks.workload.Workloads;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * One broker through some workloads, once each, in a program of its own, so that no client inherits what another did to
 * the heap and the compiler. Started by {@link Compare}, which reads its lines.
 *
 * <p>Arguments: broker, workloads joined by commas, {@code full} or {@code quick}, an empty directory.
 */
public final class Trial {
    static final String VERSION = "VERSION\t";
    static final String FIGURES = "FIGURES\t";

    private Trial() {}

    public static void main(String[] arguments) {
        List<Workload> workloads = Workloads.named(Arrays.asList(arguments[1].split(",")));
        Effort effort = "quick".equals(arguments[2]) ? Effort.quick() : Effort.full();
        int status = 0;
        try (Broker broker = Brokers.named(arguments[0]).start(Path.of(arguments[3]))) {
            System.out.println(VERSION + broker.version());
            for (Workload workload : workloads) {
                System.err.println("--- " + workload.name());
                System.out.println(line(workload.name(), workload.run(broker, effort)));
            }
        } catch (RuntimeException e) {
            e.printStackTrace();
            status = 1;
        }
        System.exit(status);
    }

    private static String line(String workload, Map<String, Double> figures) {
        StringBuilder line = new StringBuilder(FIGURES).append(workload);
        figures.forEach(
                (name, value) -> line.append('\t').append(name).append('=').append(value));
        return line.toString();
    }
}
