package dev.postrider.benchmarks.workload;

import dev.postrider.benchmarks.broker.Broker;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * End to end through one queue, producers and consumers at the same time, as fast as publishes are answered: messages
 * a second from the first publish to the last settlement.
 */
final class Throughput implements Workload {
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(90);
    private static final String PER_SECOND = "perSecond";
    /** Bytes written to disk for each byte of a body. */
    private static final String WRITTEN = "written";

    private final String name;
    private final String title;
    private final Shape shape;
    private final int times;

    Throughput(String name, String title, Shape shape) {
        this(name, title, shape, 1);
    }

    /** @param times as long as others: above 1, what is written to the disks is one of the figures */
    Throughput(String name, String title, Shape shape, int times) {
        this.name = name;
        this.title = title;
        this.shape = shape;
        this.times = times;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public List<Figure> figures() {
        return times > 1
                ? List.of(Figure.perSecond(PER_SECOND), Figure.ratio(WRITTEN))
                : List.of(Figure.perSecond(PER_SECOND));
    }

    @Override
    public Map<String, Double> run(Broker broker, Effort effort) {
        return run(broker, effort.longer(times), name, shape, times > 1);
    }

    /** Warms up, drains, and measures once more over the same connections. */
    static Map<String, Double> run(Broker broker, Effort effort, String queue, Shape shape) {
        return run(broker, effort, queue, shape, false);
    }

    // What is written is counted only where it is a figure: everything must be synced for that, and to drop a table's
    // files takes the disk far longer, in the middle of the next workload, once they have been written.
    private static Map<String, Double> run(
            Broker broker, Effort effort, String queue, Shape shape, boolean countsWrites) {
        try (Flow flow = new Flow(broker, queue, shape)) {
            flow.consume();
            Ledger warmUp = flow.send(effort.warmUp(), Ledger.MESSAGES_MAX);
            boolean drained = warmUp.awaitSettled(DRAIN_LIMIT);
            Map<String, Double> figures = new LinkedHashMap<>();
            if (drained) {
                long writtenBefore = countsWrites ? DiskWrites.bytes() : 0;
                ProcessorTime begin = ProcessorTime.now();
                figures.put(FROM, (double) System.currentTimeMillis());
                Ledger measured = flow.send(effort.measured(), Ledger.MESSAGES_MAX);
                measured.awaitSettled(DRAIN_LIMIT);
                figures.put(TO, (double) System.currentTimeMillis());
                ProcessorTime.add(begin, ProcessorTime.now(), measured.settled(), figures);
                figures.put(PER_SECOND, measured.settledPerSecond());
                if (countsWrites) {
                    double written = DiskWrites.bytes() - writtenBefore;
                    figures.put(WRITTEN, written / measured.settled() / shape.bytes());
                }
                measured.addFaults(figures);
            } else {
                warmUp.addFaults(figures);
            }
            return figures;
        }
    }
}
