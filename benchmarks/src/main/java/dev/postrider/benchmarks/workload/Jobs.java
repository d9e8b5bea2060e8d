package dev.postrider.benchmarks.workload;

import dev.postrider.benchmarks.broker.Broker;
import dev.postrider.benchmarks.broker.BrokerKind;
import dev.postrider.benchmarks.broker.Consumption;
import java.util.List;
import java.util.Map;

/**
 * A hundred queues of jobs: each consumer holds at most ten of a queue and settles each alone. Messages a second from
 * the first publish to the last settlement, while producers keep at most fifty thousand waiting.
 */
final class Jobs implements Workload {
    private static final int QUEUES = 100;
    private static final int CREDIT = 10;

    @Override
    public String name() {
        return "jobs";
    }

    @Override
    public String title() {
        return "jobs: 100 queues, credit 10, each acked alone, 4 and 4";
    }

    @Override
    public List<Figure> figures() {
        return List.of(Figure.perSecond("perSecond"));
    }

    @Override
    public boolean suits(BrokerKind kind) {
        return kind.settlesEach();
    }

    @Override
    public Map<String, Double> run(Broker broker, Effort effort) {
        Shape shape = Shape.of(4, 4, RandomBodies::new, 100).withQueues(QUEUES, Consumption.jobs(CREDIT));
        return Throughput.run(broker, effort, name(), shape);
    }
}
