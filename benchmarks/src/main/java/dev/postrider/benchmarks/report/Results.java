package dev.postrider.benchmarks.report;

import dev.postrider.benchmarks.workload.Workload;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Every run's figures, by broker and workload. Used by one thread. */
public final class Results {
    private final Map<String, Map<String, List<Map<String, Double>>>> runs = new LinkedHashMap<>();
    private final Map<String, String> versions = new LinkedHashMap<>();

    /** Adds what one run of a workload gave. */
    public void add(String broker, String workload, Map<String, Double> figures) {
        runs.computeIfAbsent(broker, name -> new LinkedHashMap<>())
                .computeIfAbsent(workload, name -> new ArrayList<>())
                .add(Map.copyOf(figures));
    }

    /** Remembers what a broker said of itself. */
    public void version(String broker, String version) {
        versions.put(broker, version);
    }

    String versionOf(String broker) {
        return versions.getOrDefault(broker, "");
    }

    /** True if something was measured. */
    boolean has(String broker) {
        return runs.containsKey(broker);
    }

    int runsOf(String broker, String workload) {
        return of(broker, workload).size();
    }

    private List<Map<String, Double>> of(String broker, String workload) {
        return runs.getOrDefault(broker, Map.of()).getOrDefault(workload, List.of());
    }

    /** The median of a figure, the lower one of two; NaN if no run has it. */
    double median(String broker, String workload, String figure) {
        List<Double> sorted = of(broker, workload).stream()
                .filter(run -> run.containsKey(figure))
                .map(run -> run.get(figure))
                .sorted()
                .toList();
        return sorted.isEmpty() ? Double.NaN : sorted.get((sorted.size() - 1) / 2);
    }

    /** Missing, repeated and failed messages of all runs of a workload; 0 if all is well. */
    long faults(String broker, String workload) {
        double faults = 0;
        for (Map<String, Double> run : of(broker, workload)) {
            for (String fault : List.of(Workload.MISSING, Workload.DUPLICATES, Workload.FAILED)) {
                faults += run.getOrDefault(fault, 0.0);
            }
        }
        return Math.round(faults);
    }
}
