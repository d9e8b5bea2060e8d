package dev.postrider.broker.store.postgres;

import static dev.postrider.broker.store.StoreFixture.appending;
import static dev.postrider.broker.store.StoreFixture.chunk;
import static dev.postrider.broker.store.StoreFixture.commit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.queue.QueueSettings;
import dev.postrider.broker.store.Await;
import dev.postrider.broker.store.BrokerRegistry.Membership;
import dev.postrider.broker.store.StoreException.Outcome;
import dev.postrider.broker.store.StoreFixture;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Several brokers whose commits hang for long, since the synchronous standby is gone. */
class BrakeTest {
    private static final int BROKERS = 3;
    private static final int DEADLINE_MILLIS = 1_500;
    /** What a broker's pools hold, once. */
    private static final int LEFT_BEHIND_MAX = (4 + 2) * BROKERS;

    private static final DatabaseSettings SETTINGS = new DatabaseSettings(4, 2, 100, 3_000, DEADLINE_MILLIS, 5);

    @RegisterExtension
    static final PostgresExtension POSTGRES = new PostgresExtension();

    private final List<PostgresStorage> brokers = new ArrayList<>();
    private final List<Membership> memberships = new ArrayList<>();
    private int queue;

    @BeforeEach
    void start() {
        queue = StoreFixture.newQueue(POSTGRES.storage().queues());
        for (int i = 0; i < BROKERS; i++) {
            PostgresStorage broker = PostgresStorage.open(POSTGRES.vertx(), POSTGRES.url(), SETTINGS);
            brokers.add(broker);
            memberships.add(Await.result(broker.brokers().join("host:" + i, false)));
            assertThat(canCommit(broker)).isTrue();
        }
    }

    @AfterEach
    void stop() {
        Standby.find(POSTGRES.url());
        brokers.forEach(broker -> Await.result(broker.close()));
    }

    @Test
    void aLongHangLeavesFewSessionsBehindAndEndsByItself() {
        Standby.lose(POSTGRES.url());
        long end = System.nanoTime() + Duration.ofSeconds(8).toNanos();
        int sessionsMax = 0;
        int rounds = 0;
        while (System.nanoTime() < end) {
            // Each round is what the loops of a broker do in a second or less; they do not wait for each other.
            brokers.forEach(this::everythingThatWrites);
            sessionsMax = Math.max(sessionsMax, hanging());
            rounds++;
            brokers.forEach(broker -> Await.result(broker.queues().find("nothing")));
        }
        assertThat(rounds).isGreaterThan(5);
        assertThat(sessionsMax).isBetween(1, LEFT_BEHIND_MAX);

        Standby.find(POSTGRES.url());
        for (PostgresStorage broker : brokers) {
            Await.until(() -> canCommit(broker), stored -> stored);
        }
    }

    @Test
    void meanwhileWritesFailAtOnceAndKnowingly() {
        PostgresStorage broker = brokers.get(0);
        Standby.lose(POSTGRES.url());
        assertThat(Await.storeFailure(commit(broker.messages(), appending(chunk(queue, 1))))
                        .outcome())
                .isEqualTo(Outcome.UNKNOWN);

        long start = System.nanoTime();
        for (int i = 0; i < 1_000; i++) {
            assertThat(Await.storeFailure(commit(broker.messages(), appending(chunk(queue, 1))))
                            .outcome())
                    .isEqualTo(Outcome.NOT_STORED);
        }

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
    }

    @Test
    void meanwhileTheBrokersStayAliveAndRead() {
        Standby.lose(POSTGRES.url());
        Await.storeFailure(commit(brokers.get(0).messages(), appending(chunk(queue, 1))));

        for (int i = 0; i < BROKERS; i++) {
            assertThat(Await.result(brokers.get(i)
                                    .brokers()
                                    .beat(memberships.get(i).id(), Map.of()))
                            .alive())
                    .isTrue();
        }
        assertThat(Await.result(brokers.get(0).messages().queuesWithWork(List.of(queue))))
                .isNotEmpty();
    }

    private void everythingThatWrites(PostgresStorage broker) {
        long owner = memberships.get(brokers.indexOf(broker)).id();
        List<Future<?>> writes = new ArrayList<>();
        IntStream.range(0, 2).forEach(i -> writes.add(commit(broker.messages(), appending(chunk(queue, 1)))));
        writes.add(broker.messages().claim(queue, owner, 1));
        writes.add(broker.brokers().beat(owner, Map.of(queue, rounds())));
        writes.add(broker.brokers().reap(60_000));
        writes.add(broker.maintenance().stage());
        writes.add(broker.maintenance().dropExpired());
        writes.add(broker.maintenance().dropDeduplicationKeys());
        writes.add(broker.maintenance().sweepChunks());
        writes.add(broker.queues().put("made-while-hanging", QueueSettings.DEFAULTS));
        broker.wakeSignals().work(List.of(queue));
        writes.forEach(write -> write.onFailure(e -> {}));
    }

    private static int rounds() {
        return (int) (System.nanoTime() & 0xFF);
    }

    private int hanging() {
        return Integer.parseInt(TestServer.query(POSTGRES.url(), Standby.HANGING));
    }

    private boolean canCommit(PostgresStorage broker) {
        return StoreFixture.canCommit(broker.messages(), queue);
    }
}
