package dev.postrider.benchmarks.workload;

import dev.postrider.benchmarks.broker.Aim;
import dev.postrider.benchmarks.broker.Answers;
import dev.postrider.benchmarks.broker.Broker;
import dev.postrider.benchmarks.broker.BrokerKind;
import dev.postrider.benchmarks.broker.Connection;
import dev.postrider.benchmarks.broker.Consumption;
import dev.postrider.benchmarks.broker.Deliveries;
import dev.postrider.benchmarks.broker.FansOut;
import dev.postrider.benchmarks.broker.Producer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * One producer publishes to a topic to which ten queues are subscribed, each with a consumer: copies a second from the
 * first publish to the last settlement, and bytes written for each byte of a copy.
 */
final class FanOut implements Workload {
    private static final int QUEUES = 10;
    private static final int BODY_BYTES = 1_024;
    /** Of copies: as far as the producer may be ahead of answers and of consumers. */
    private static final long UNSETTLED_MAX = 200_000;

    private static final int PHASE_SHIFT = 40;
    private static final long WAIT_NANOS = 100_000;
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(90);

    @Override
    public String name() {
        return "fan-out";
    }

    @Override
    public String title() {
        return "a topic with ten queues, 1 KiB: copies/s / bytes written for each of a copy";
    }

    @Override
    public List<Figure> figures() {
        return List.of(Figure.perSecond("perSecond"), Figure.ratio("written"));
    }

    @Override
    public boolean suits(BrokerKind kind) {
        return kind.fansOut();
    }

    @Override
    public Map<String, Double> run(Broker broker, Effort effort) {
        try (Copies copies = new Copies(broker, name())) {
            Map<String, Double> figures = new LinkedHashMap<>();
            Ledger warmUp = copies.send(effort.warmUp());
            if (!warmUp.awaitSettled(DRAIN_LIMIT)) {
                warmUp.addFaults(figures);
                return figures;
            }
            long writtenBefore = DiskWrites.bytes();
            ProcessorTime begin = ProcessorTime.now();
            figures.put(FROM, (double) System.currentTimeMillis());
            Ledger measured = copies.send(effort.measured());
            measured.awaitSettled(DRAIN_LIMIT);
            figures.put(TO, (double) System.currentTimeMillis());
            ProcessorTime.add(begin, ProcessorTime.now(), measured.settled(), figures);
            figures.put("perSecond", measured.settledPerSecond());
            double written = DiskWrites.bytes() - writtenBefore;
            figures.put("written", written / measured.settled() / BODY_BYTES);
            measured.addFaults(figures);
            return figures;
        }
    }

    /** The topic, its queues, and who uses them. */
    private static final class Copies implements AutoCloseable {
        private final Broker broker;
        private final String topic;
        private final List<String> queues = new ArrayList<>();
        private final List<Connection> connections = new ArrayList<>();
        private final Bodies bodies = new RandomBodies(BODY_BYTES, 1);
        private final Bodies reader = new RandomBodies(BODY_BYTES, 0);
        private final Producer producer;
        private volatile Phase phase = new Phase(0, new Ledger());

        private record Phase(long number, Ledger ledger) {}

        Copies(Broker broker, String topic) {
            this.broker = broker;
            this.topic = topic;
            for (int i = 0; i < QUEUES; i++) {
                queues.add(topic + "-" + i);
                broker.createQueue(queues.get(i), 1, Consumption.streaming());
            }
            FansOut topics = (FansOut) broker;
            topics.createTopic(topic, queues);
            Connection publishing = topics.connectToTopics(Aim.THROUGHPUT);
            connections.add(publishing);
            producer = publishing.producer(bodies.contentType(), new Booking());
            for (int i = 0; i < QUEUES; i++) {
                Connection consuming = broker.connect(Aim.THROUGHPUT);
                connections.add(consuming);
                consuming.consume(List.of(queues.get(i)), Consumption.streaming(), new Arrivals(i));
            }
        }

        /** Publishes as fast as copies are settled. */
        Ledger send(Duration limit) {
            Ledger ledger = new Ledger();
            phase = new Phase(phase.number() + 1, ledger);
            long end = System.nanoTime() + limit.toNanos();
            for (long id = 0; id < Ledger.MESSAGES_MAX / QUEUES && System.nanoTime() < end; id++) {
                while (ledger.unsettled() > UNSETTLED_MAX && System.nanoTime() < end) {
                    LockSupport.parkNanos(WAIT_NANOS);
                }
                ledger.sent(QUEUES);
                producer.publish(topic, bodies.next(System.nanoTime(), (phase.number() << PHASE_SHIFT) + id));
            }
            return ledger;
        }

        @Override
        public void close() {
            connections.forEach(Connection::close);
            ((FansOut) broker).deleteTopic(topic);
            queues.forEach(broker::deleteQueue);
        }

        /** Counts a publish as ten. */
        private final class Booking implements Answers {
            @Override
            public void stored(int messages) {
                phase.ledger().stored(messages * QUEUES);
            }

            @Override
            public void failed(int messages, Throwable cause) {
                phase.ledger().notStored(messages * QUEUES, cause);
            }
        }

        /** Books what comes from one queue. */
        private final class Arrivals implements Deliveries {
            private final int queue;

            Arrivals(int queue) {
                this.queue = queue;
            }

            @Override
            public void received(byte[] body) {
                Phase current = phase;
                Bodies.Stamp stamp = reader.stamp(body);
                if (stamp.id() >>> PHASE_SHIFT == current.number()) {
                    current.ledger().received((stamp.id() & (1L << PHASE_SHIFT) - 1) * QUEUES + queue);
                }
            }

            @Override
            public void settled(int messages) {
                phase.ledger().settled(messages);
            }

            @Override
            public void failed(Throwable cause) {
                phase.ledger().failed(1, cause);
            }
        }
    }
}
