package dev.postrider.benchmarks.workload;

import dev.postrider.benchmarks.broker.Broker;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Messages a second into a queue that nobody consumes, from the first publish to the last answer, and then out of it,
 * from the first receipt to the last settlement.
 */
final class Backlog implements Workload {
    private static final Duration IN_LIMIT = Duration.ofSeconds(60);
    private static final Duration OUT_LIMIT = Duration.ofSeconds(120);
    private static final int WARM_UP_SHARE = 10;

    @Override
    public String name() {
        return "backlog";
    }

    @Override
    public String title() {
        return "backlog of a million, in / out, 4 and 4";
    }

    @Override
    public List<Figure> figures() {
        return List.of(Figure.perSecond("in"), Figure.perSecond("out"));
    }

    @Override
    public Map<String, Double> run(Broker broker, Effort effort) {
        fillAndDrain(broker, name() + "-warm-up", effort.backlog() / WARM_UP_SHARE);
        return fillAndDrain(broker, name(), effort.backlog());
    }

    private static Map<String, Double> fillAndDrain(Broker broker, String queue, int messages) {
        try (Flow flow = new Flow(broker, queue, Shape.of(4, 4, RandomBodies::new, 100))) {
            Ledger ledger = flow.send(IN_LIMIT, messages);
            ledger.awaitStored(IN_LIMIT);
            Map<String, Double> figures = new LinkedHashMap<>();
            figures.put("in", ledger.storedPerSecond());
            flow.consume();
            ledger.awaitSettled(OUT_LIMIT);
            figures.put("out", ledger.drainedPerSecond());
            ledger.addFaults(figures);
            return figures;
        }
    }
}
