package dev.postrider.broker.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.dispatch.Consumers;
import dev.postrider.broker.dispatch.Delivered;
import dev.postrider.broker.queue.Limits;
import dev.postrider.broker.queue.Overflow;
import dev.postrider.broker.queue.QueueSettings;
import dev.postrider.broker.store.Await;
import dev.postrider.broker.store.postgres.DatabaseSettings;
import dev.postrider.broker.store.postgres.DatabaseUrl;
import dev.postrider.broker.store.postgres.TestServer;
import dev.postrider.protocol.TextRate;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three brokers on a real database, and a queue whose limits hold on all of them together. */
class SharedLimitsTest {
    private static final DatabaseSettings FEW = new DatabaseSettings(3, 2, 1_000, 10_000, 5_000, 5);
    private static final int BROKERS = 3;

    private final Vertx vertx = Vertx.vertx();
    private final List<RunningBroker> brokers = new ArrayList<>();
    private DatabaseUrl url;

    @BeforeEach
    void start() {
        url = TestServer.newDatabase();
        for (int i = 0; i < BROKERS; i++) {
            brokers.add(new RunningBroker(vertx, url, FEW, "host:" + i).join());
        }
    }

    @AfterEach
    void stop() {
        brokers.forEach(RunningBroker::close);
        Await.result(vertx.close());
    }

    @Test
    void aRateIsKeptEvenlyByAllBrokersTogether() {
        bound(new Limits(null, null, Overflow.REJECT, TextRate.parse("rate", "300/s"), null, null));
        Settler settler = new Settler();
        brokers.forEach(broker -> settler.consume(broker, 50));
        for (int i = 0; i < 20; i++) {
            Await.result(brokers.get(i % BROKERS).publish(100));
        }

        Await.until(settler.times::size, count -> count >= 1_200);

        List<Long> times = new ArrayList<>(settler.times);
        // From the hundredth on, when all of them have found the pace.
        double seconds = (times.get(1_199) - times.get(99)) / 1e9;
        // A machine that stands still for a moment makes it slower; nothing may make it faster.
        assertThat(1_100 / seconds).isBetween(100.0, 315.0);
        for (int from = 100; from + 150 < 1_200; from += 50) {
            assertThat((times.get(from + 150) - times.get(from)) / 1e9)
                    .as("half a second's messages from " + from)
                    .isGreaterThan(0.3);
        }
    }

    @Test
    void noMoreThanAllowedAreInFlightOnAllBrokersTogether() {
        bound(new Limits(null, null, Overflow.REJECT, null, 10, null));
        Settler settler = new Settler();
        brokers.forEach(broker -> settler.consume(broker, 50));

        for (int i = 0; i < 10; i++) {
            Await.result(brokers.get(i % BROKERS).publish(50));
        }

        Await.until(settler.times::size, count -> count >= 500);
        assertThat(settler.mostInFlight.get()).isBetween(5, 10);
        assertThat(settler.servedBy).hasSize(BROKERS).allMatch(served -> served.get() > 0);
    }

    @Test
    void whatABrokerHadInFlightIsFreeForOthersOnceItIsGone() {
        bound(new Limits(null, null, Overflow.REJECT, null, 4, null));
        RunningBroker.Client holding = brokers.get(0).consume(50);
        holding.consumer();
        Await.result(brokers.get(0).publish(20));
        Await.until(holding.got::size, count -> count == 4);
        RunningBroker.Client waiting = brokers.get(1).consume(50);
        waiting.consumer();

        brokers.get(0).stop();

        Await.until(waiting.got::size, count -> count == 4);
    }

    private void bound(Limits limits) {
        QueueSettings defaults = QueueSettings.DEFAULTS;
        Await.result(brokers.get(0)
                .storage
                .queues()
                .put(
                        RunningBroker.QUEUE,
                        new QueueSettings(
                                defaults.lease(),
                                defaults.maxAttempts(),
                                defaults.backoff(),
                                null,
                                limits,
                                defaults.precedence(),
                                defaults.deduplicationWindow(),
                                null,
                                defaults.durability())));
    }

    /** Settles what it gets after a moment, and keeps count. */
    private final class Settler {
        private final ConcurrentLinkedQueue<Long> times = new ConcurrentLinkedQueue<>();
        private final AtomicInteger inFlight = new AtomicInteger();
        private final AtomicInteger mostInFlight = new AtomicInteger();
        private final List<AtomicInteger> servedBy = new ArrayList<>();

        void consume(RunningBroker broker, int credit) {
            AtomicInteger served = new AtomicInteger();
            servedBy.add(served);
            Await.result(broker.broker.join(
                    RunningBroker.QUEUE, new Consumers.Options(60_000, credit, true), new Consumers.Sink() {
                        @Override
                        public void deliver(List<Delivered> messages) {
                            messages.forEach(message -> took(broker, served, message));
                        }

                        @Override
                        public void closed(BrokerException reason) {}
                    }));
        }

        private void took(RunningBroker broker, AtomicInteger served, Delivered message) {
            times.add(System.nanoTime());
            served.incrementAndGet();
            int now = inFlight.incrementAndGet();
            mostInFlight.accumulateAndGet(now, Math::max);
            vertx.setTimer(5, fired -> {
                // Counted down before it is settled: afterwards another one may be there already.
                inFlight.decrementAndGet();
                broker.settler.ack(
                        RunningBroker.QUEUE, List.of(message.receipt().toText()));
            });
        }
    }
}
