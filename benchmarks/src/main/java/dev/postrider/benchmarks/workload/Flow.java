package dev.postrider.benchmarks.workload;

import dev.postrider.benchmarks.broker.Broker;
import dev.postrider.benchmarks.broker.Connection;
import dev.postrider.benchmarks.broker.Deliveries;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Producers and consumers of a broker in a {@link Shape}, through one or more phases (a warm-up, then what is measured)
 * over the same connections. Closing it closes them and deletes the queues. Used by one thread.
 */
final class Flow implements AutoCloseable {
    /** The number of a message takes the lower bits of its id, the number of its phase the others. */
    private static final int PHASE_SHIFT = 40;

    private static final long JOBS_UNSETTLED_MAX = 50_000;

    private final Broker broker;
    private final Shape shape;
    private final List<String> queues = new ArrayList<>();
    private final List<Connection> connections = new ArrayList<>();
    private final List<Sender> senders = new ArrayList<>();
    private final Bodies reader;
    private volatile Phase phase;
    private long phases;

    /** Creates the queues and opens the producers' connections. */
    Flow(Broker broker, String name, Shape shape) {
        this.broker = broker;
        this.shape = shape;
        this.reader = shape.bodies().of(shape.bytes(), 0);
        this.phase = new Phase(0, new Ledger(), nanos -> {});
        for (int i = 0; i < shape.queues(); i++) {
            String queue = shape.queues() == 1 ? name : name + "-" + i;
            broker.createQueue(queue, shape.queues() == 1 ? shape.consumers() : 1, shape.consumption());
            queues.add(queue);
        }
        for (int i = 0; i < shape.producers(); i++) {
            senders.add(new Sender(connect(), queues, shape.bodies().of(shape.bytes(), i + 1), unsettledMax(shape)));
        }
    }

    /** Workers with a small credit are fed as they work; streams may build up what they can. */
    private static long unsettledMax(Shape shape) {
        return shape.consumption().settleAlone() ? JOBS_UNSETTLED_MAX : Long.MAX_VALUE;
    }

    /** What arrives now belongs to it. */
    private record Phase(long number, Ledger ledger, LongConsumer arrivals) {}

    private Connection connect() {
        Connection connection = broker.connect(shape.aim());
        connections.add(connection);
        return connection;
    }

    /** Opens the consumers' connections and lets messages come. */
    void consume() {
        for (int i = 0; i < shape.consumers(); i++) {
            List<String> mine = new ArrayList<>();
            for (int q = 0; q < queues.size(); q++) {
                if (queues.size() == 1 || q % shape.consumers() == i) {
                    mine.add(queues.get(q));
                }
            }
            connect().consume(mine, shape.consumption(), new Arrivals());
        }
    }

    /** Sends as fast as publishes are answered; returns when all were handed over. */
    Ledger send(Duration limit, int messagesMax) {
        Ledger ledger = begin(nanos -> {});
        long end = System.nanoTime() + limit.toNanos();
        each(sender -> sender.send(ledger, end, messagesMax / senders.size()));
        return ledger;
    }

    /** Sends at a rate, whatever the answers; arrivals are told the intended instant of each message. */
    Ledger pace(int perSecond, Duration limit, LongConsumer arrivals) {
        Ledger ledger = begin(arrivals);
        long end = System.nanoTime() + limit.toNanos();
        each(sender -> sender.pace(ledger, end, (double) perSecond / senders.size()));
        return ledger;
    }

    private Ledger begin(LongConsumer arrivals) {
        phases++;
        Ledger ledger = new Ledger();
        phase = new Phase(phases, ledger, arrivals);
        for (int i = 0; i < senders.size(); i++) {
            senders.get(i).begin((phases << PHASE_SHIFT) + i, senders.size());
        }
        return ledger;
    }

    private void each(Consumer<Sender> task) {
        List<Thread> threads = new ArrayList<>();
        for (Sender sender : senders) {
            Thread thread = new Thread(() -> task.accept(sender), "sender-" + threads.size());
            threads.add(thread);
            thread.start();
        }
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", e);
        }
    }

    @Override
    public void close() {
        connections.forEach(Connection::close);
        queues.forEach(broker::deleteQueue);
    }

    /** Books what comes to the current phase; what an earlier one left over is none of its business. */
    private final class Arrivals implements Deliveries {

        @Override
        public void received(byte[] body) {
            Phase current = phase;
            Bodies.Stamp stamp = reader.stamp(body);
            if (stamp.id() >>> PHASE_SHIFT == current.number()) {
                current.ledger().received(stamp.id() & (1L << PHASE_SHIFT) - 1);
                current.arrivals().accept(stamp.nanos());
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
