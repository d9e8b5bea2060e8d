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

    private final String name;
    private final String title;
    private final Shape shape;

    Throughput(String name, String title, Shape shape) {
        this.name = name;
        this.title = title;
        this.shape = shape;
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
        return List.of(Figure.perSecond("perSecond"));
    }

    @Override
    public Map<String, Double> run(Broker broker, Effort effort) {
        return run(broker, effort, name, shape);
    }

    /** Warms up, drains, and measures once more over the same connections. */
    static Map<String, Double> run(Broker broker, Effort effort, String queue, Shape shape) {
        try (Flow flow = new Flow(broker, queue, shape)) {
            flow.consume();
            Ledger warmUp = flow.send(effort.warmUp(), Ledger.MESSAGES_MAX);
            boolean drained = warmUp.awaitSettled(DRAIN_LIMIT);
            Map<String, Double> figures = new LinkedHashMap<>();
            if (drained) {
                Ledger measured = flow.send(effort.measured(), Ledger.MESSAGES_MAX);
                measured.awaitSettled(DRAIN_LIMIT);
                figures.put("perSecond", measured.settledPerSecond());
                measured.addFaults(figures);
            } else {
                warmUp.addFaults(figures);
            }
            return figures;
        }
    }
}
