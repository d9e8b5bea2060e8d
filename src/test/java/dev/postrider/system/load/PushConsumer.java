package dev.postrider.system.load;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Takes what a broker pushes, over any kind of connection, and settles it. It makes a new connection when the old one
 * ends or falls silent, to the next broker unless it is faithful.
 */
final class PushConsumer implements Runnable {
    static final int CREDIT = 40;

    /** A faithful one keeps its connection through every outage of the database. */
    private static final Duration SILENCE_MAX_FAITHFUL = Duration.ofSeconds(60);

    private static final Duration SILENCE_MAX = Duration.ofSeconds(5);
    private final Crew crew;
    private final Connector connector;
    private final boolean faithful;
    private final Settling settling;
    private final Transit transit = new Transit();
    private int broker;

    /** Opens connections. */
    interface Connector {
        /** What is spoken on them. */
        ClientKind kind();

        /**
         * Subscribes at a broker.
         *
         * @param arrivals gets each message, and {@link Arrival#END} when nothing more will come
         */
        Connection open(int broker, BlockingQueue<Arrival> arrivals) throws IOException;
    }

    /** A subscription that pushes. */
    interface Connection extends AutoCloseable {
        /** These have been dealt with: as many more may come. */
        void dealtWith(int count) throws IOException;

        @Override
        void close();
    }

    /**
     * Something that came.
     *
     * @param at when it was read
     */
    record Arrival(JsonNode message, long at) {
        static final Arrival END = new Arrival(null, 0);
    }

    PushConsumer(Crew crew, Connector connector, int broker, boolean faithful, Settling settling) {
        this.crew = crew;
        this.connector = connector;
        this.broker = broker;
        this.faithful = faithful;
        this.settling = settling;
    }

    @Override
    public void run() {
        while (crew.isConsuming()) {
            BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
            try (Connection connection = connector.open(broker, arrivals)) {
                consume(connection, arrivals);
            } catch (IOException e) {
                crew.unanswered("stream");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            if (crew.isConsuming()) {
                Crew.pauseBeforeRetry();
                broker = faithful ? broker : crew.next(broker);
            }
        }
    }

    private void consume(Connection connection, BlockingQueue<Arrival> arrivals)
            throws IOException, InterruptedException {
        Duration silence = faithful ? SILENCE_MAX_FAITHFUL : SILENCE_MAX;
        while (crew.isConsuming()) {
            Arrival first = await(arrivals, silence);
            if (first == null || first.equals(Arrival.END)) {
                return;
            }
            List<Arrival> lot = new ArrayList<>(List.of(first));
            arrivals.drainTo(lot);
            boolean ended = lot.removeIf(Arrival.END::equals);
            lot.forEach(
                    arrival -> crew.received(connector.kind(), broker, arrival.message, transit.sentAfter(arrival.at)));
            settling.settle(broker, lot.stream().map(Arrival::message).toList());
            connection.dealtWith(lot.size());
            if (ended) {
                return;
            }
        }
    }

    /** Null if nothing comes, or nobody consumes any more. */
    private Arrival await(BlockingQueue<Arrival> arrivals, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        Arrival arrival = null;
        while (arrival == null && crew.isConsuming() && System.nanoTime() < end) {
            arrival = arrivals.poll(200, TimeUnit.MILLISECONDS);
        }
        return arrival;
    }
}
