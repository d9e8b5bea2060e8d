package dev.postrider.benchmarks.workload;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * What clients, broker and database have spent of the processors so far: this program, and the programs that it
 * started. Unlike a rate it hardly depends on what the host gives to others meanwhile. Of a process that has ended it
 * knows nothing, so servers must outlive what is measured.
 */
final class ProcessorTime {
    private static final double NANOS_PER_MICRO = 1_000;

    private final Map<Long, Spent> byProcess = new HashMap<>();

    /** Of one process: which figure it belongs to, and nanoseconds. */
    private record Spent(String figure, long nanos) {}

    private ProcessorTime() {
        ProcessHandle self = ProcessHandle.current();
        add(self, Workload.CPU_CLIENT);
        self.descendants()
                .forEach(process -> add(process, isPostgres(process) ? Workload.CPU_DATABASE : Workload.CPU_SERVER));
    }

    static ProcessorTime now() {
        return new ProcessorTime();
    }

    private void add(ProcessHandle process, String figure) {
        process.info()
                .totalCpuDuration()
                .map(Duration::toNanos)
                .ifPresent(nanos -> byProcess.put(process.pid(), new Spent(figure, nanos)));
    }

    private static boolean isPostgres(ProcessHandle process) {
        return process.info().command().orElse("").endsWith("/postgres");
    }

    /** Adds microseconds for each of so many messages, spent between two moments. */
    static void add(ProcessorTime from, ProcessorTime to, long messages, Map<String, Double> figures) {
        to.byProcess.forEach((process, spent) -> {
            Spent before = from.byProcess.get(process);
            long nanos = spent.nanos() - (before == null ? 0 : before.nanos());
            figures.merge(spent.figure(), nanos / NANOS_PER_MICRO / Math.max(1, messages), Double::sum);
        });
    }
}
