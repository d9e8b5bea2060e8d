package dev.postrider.broker.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.dispatch.Consumers;
import dev.postrider.broker.dispatch.Delivered;
import dev.postrider.broker.queue.Limits;
import dev.postrider.broker.queue.QueueSettings;
import dev.postrider.broker.store.Await;
import dev.postrider.broker.store.postgres.DatabaseSettings;
import dev.postrider.broker.store.postgres.DatabaseUrl;
import dev.postrider.broker.store.postgres.TestServer;
import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two brokers on a real database, and a queue that bounds what is in flight of a key on both together. */
class SharedKeysTest {
    private static final DatabaseSettings FEW = new DatabaseSettings(3, 2, 1_000, 10_000, 5_000, 5);
    private static final int LIMIT = 2;
    private static final int KEYS = 12;
    private static final int MESSAGES = 1_200;
    private static final int PIECE = 60;

    private final Vertx vertx = Vertx.vertx();
    private final List<RunningBroker> brokers = new ArrayList<>();
    private final Map<String, AtomicInteger> inFlight = new ConcurrentHashMap<>();
    private final AtomicInteger most = new AtomicInteger();
    private final Set<String> done = ConcurrentHashMap.newKeySet();
    private final Set<RunningBroker> served = ConcurrentHashMap.newKeySet();

    private int batches;

    @BeforeEach
    void start() {
        DatabaseUrl url = TestServer.newDatabase();
        for (int i = 0; i < 2; i++) {
            brokers.add(new RunningBroker(vertx, url, FEW, "host:" + i).join());
        }
        bound(LIMIT);
    }

    @AfterEach
    void stop() {
        brokers.forEach(RunningBroker::close);
        Await.result(vertx.close());
    }

    @Test
    void noMoreOfAKeyAreInFlightOnBothTogetherThanAllowed() {
        brokers.forEach(this::consume);

        // The second one takes its share of the keys once it has heard of the first one.
        int published = Await.until(this::publishSome, count -> count >= MESSAGES && served.size() == 2);

        Await.until(done::size, count -> count == published);
        assertThat(most.get()).isEqualTo(LIMIT);
    }

    @Test
    void anotherBoundHoldsOnTheOtherBrokerToo() {
        RunningBroker.Client client = brokers.get(1).consume(50);
        client.consumer();
        publish(brokers.get(0), KEYS * 5);
        Await.until(client.got::size, count -> count == KEYS * LIMIT);

        bound(LIMIT + 1);
        brokers.get(0).storage.wakeSignals().changed(client.got.peek().receipt().queueId());

        Await.until(client.got::size, count -> count == KEYS * (LIMIT + 1));
    }

    @Test
    void whatABrokerHadInFlightMakesRoomOnceItIsGone() {
        RunningBroker.Client holding = brokers.get(0).consume(50);
        holding.consumer();
        publish(brokers.get(0), KEYS * 4);
        Await.until(holding.got::size, count -> count == KEYS * LIMIT);
        RunningBroker.Client waiting = brokers.get(1).consume(50);
        waiting.consumer();

        brokers.get(0).stop();

        Await.until(waiting.got::size, count -> count == KEYS * LIMIT);
    }

    private void bound(int limit) {
        QueueSettings settings = QueueSettings.DEFAULTS.withLimits(Limits.NONE.withMaxInFlightPerKey(limit));
        Await.result(brokers.get(0).storage.queues().put(RunningBroker.QUEUE, settings));
    }

    /** Through both; answers how many there have been. */
    private int publishSome() {
        brokers.forEach(broker -> publish(broker, PIECE));
        batches += brokers.size();
        return batches * PIECE;
    }

    private static void publish(RunningBroker broker, int count) {
        Await.result(broker.broker.publish(
                RunningBroker.QUEUE,
                IntStream.range(0, count)
                        .mapToObj(i ->
                                MessageRecord.builder().key("key " + i % KEYS).build())
                        .toList()));
    }

    private void consume(RunningBroker broker) {
        Await.result(
                broker.broker.join(RunningBroker.QUEUE, new Consumers.Options(60_000, 30, true), new Consumers.Sink() {
                    @Override
                    public void deliver(List<Delivered> messages) {
                        messages.forEach(message -> took(broker, message));
                    }

                    @Override
                    public void closed(BrokerException reason) {}
                }));
    }

    private void took(RunningBroker broker, Delivered message) {
        served.add(broker);
        AtomicInteger ofKey = inFlight.computeIfAbsent(message.record().key(), key -> new AtomicInteger());
        most.accumulateAndGet(ofKey.incrementAndGet(), Math::max);
        vertx.setTimer(3, fired -> {
            // Counted down before it is settled: afterwards another one may be there already.
            ofKey.decrementAndGet();
            done.add(message.id());
            broker.settler.ack(RunningBroker.QUEUE, List.of(message.receipt().toText()));
        });
    }
}
