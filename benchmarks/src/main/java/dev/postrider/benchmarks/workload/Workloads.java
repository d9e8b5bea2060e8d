package dev.postrider.benchmarks.workload;

import java.util.ArrayList;
import java.util.List;

/** The workloads that there are, in the order of the table. */
public final class Workloads {
    private static final int SMALL = 100;
    private static final int LARGE = 1_024;

    private Workloads() {}

    /** All of them. */
    public static List<Workload> all() {
        List<Workload> all = new ArrayList<>();
        all.add(throughput(SMALL, false, 1));
        all.add(throughput(SMALL, false, 4));
        all.add(throughput(SMALL, true, 1));
        all.add(throughput(SMALL, true, 4));
        all.add(throughput(LARGE, false, 1));
        all.add(throughput(LARGE, false, 4));
        all.add(throughput(LARGE, true, 1));
        all.add(throughput(LARGE, true, 4));
        // Shorter, most of what is written would be what waits in Linux at the end, which is counted with it.
        all.add(new Throughput(
                "written-1k",
                "1 KiB random, 1 and 1, for a minute: messages/s / bytes written for each of a body",
                Shape.of(1, 1, RandomBodies::new, LARGE),
                6));
        all.add(new Latency(1_000));
        all.add(new Latency(10_000));
        all.add(new Backlog());
        all.add(new Jobs());
        all.add(new FanOut());
        all.add(new HttpRequests());
        for (Growth.Kind kind : Growth.Kind.values()) {
            all.add(new Growth(kind));
        }
        return all;
    }

    private static Workload throughput(int bytes, boolean json, int pairs) {
        String size = bytes == SMALL ? "100b" : "1k";
        String name = "throughput-" + size + (json ? "-json-" : "-random-") + pairs + "x" + pairs;
        String title =
                (bytes == SMALL ? "100 B" : "1 KiB") + (json ? " JSON" : " random") + ", " + pairs + " and " + pairs;
        Bodies.Kind bodies = json ? JsonBodies::new : RandomBodies::new;
        return new Throughput(name, title, Shape.of(pairs, pairs, bodies, bytes));
    }

    /**
     * Those whose name is or begins with one of the names.
     *
     * @throws IllegalArgumentException if a name fits none
     */
    public static List<Workload> named(List<String> names) {
        for (String name : names) {
            if (all().stream().noneMatch(workload -> workload.name().startsWith(name))) {
                throw new IllegalArgumentException("There is no workload " + name + "; there are "
                        + all().stream().map(Workload::name).toList());
            }
        }
        return all().stream()
                .filter(workload -> names.stream().anyMatch(workload.name()::startsWith))
                .toList();
    }
}
