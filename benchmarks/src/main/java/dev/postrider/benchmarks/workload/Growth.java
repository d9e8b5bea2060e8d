package dev.postrider.benchmarks.workload;

import dev.postrider.benchmarks.broker.Broker;
import dev.postrider.benchmarks.broker.BrokerKind;
import dev.postrider.benchmarks.broker.Consumption;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What a broker does that has grown: messages a second through one queue, or through a thousand, to hold against the
 * throughput of an empty one.
 */
final class Growth implements Workload {
    private static final Duration FILL_LIMIT = Duration.ofMinutes(3);
    private static final int BODY_BYTES = 100;

    private final Kind kind;

    Growth(Kind kind) {
        this.kind = kind;
    }

    /** What there is much of. */
    enum Kind {
        WAITING("growth-waiting", "100 B random, 1 and 1, while ten backlogs wait in another queue"),
        ACTIVE("growth-active", "100 B random, 4 and 4, through 1,000 queues"),
        IDLE("growth-idle", "100 B random, 1 and 1, beside 10,000 idle queues");

        private final String name;
        private final String title;

        Kind(String name, String title) {
            this.name = name;
            this.title = title;
        }
    }

    @Override
    public String name() {
        return kind.name;
    }

    @Override
    public String title() {
        return kind.title;
    }

    @Override
    public List<Figure> figures() {
        return List.of(Figure.perSecond("perSecond"));
    }

    @Override
    public boolean suits(BrokerKind broker) {
        return broker.servesHttp();
    }

    @Override
    public Map<String, Double> run(Broker broker, Effort effort) {
        Shape one = Shape.of(1, 1, RandomBodies::new, BODY_BYTES);
        return switch (kind) {
            case WAITING -> besideBacklogs(broker, effort, one);
            case ACTIVE ->
                Throughput.run(
                        broker,
                        effort,
                        name(),
                        Shape.of(4, 4, RandomBodies::new, BODY_BYTES).withQueues(1_000, Consumption.streaming()));
            case IDLE -> besideIdle(broker, effort, one);
        };
    }

    private Map<String, Double> besideBacklogs(Broker broker, Effort effort, Shape shape) {
        try (Flow waiting = new Flow(broker, name() + "-waiting", shape)) {
            for (int backlogs = 0; backlogs < 10; backlogs++) {
                waiting.send(FILL_LIMIT, effort.backlog()).awaitStored(FILL_LIMIT);
            }
            return Throughput.run(broker, effort, name(), shape);
        }
    }

    private Map<String, Double> besideIdle(Broker broker, Effort effort, Shape shape) {
        int queues = effort.backlog() / 100;
        for (int i = 0; i < queues; i++) {
            broker.createQueue(name() + "-idle-" + i, 1, Consumption.streaming());
        }
        try {
            return Throughput.run(broker, effort, name(), shape);
        } finally {
            for (int i = 0; i < queues; i++) {
                broker.deleteQueue(name() + "-idle-" + i);
            }
        }
    }
}
