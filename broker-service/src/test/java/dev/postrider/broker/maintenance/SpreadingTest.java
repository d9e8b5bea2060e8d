package dev.postrider.broker.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.dispatch.Consumers;
import dev.postrider.broker.maintenance.RunningBroker.Client;
import dev.postrider.broker.store.Await;
import dev.postrider.broker.store.postgres.DatabaseSettings;
import dev.postrider.broker.store.postgres.DatabaseUrl;
import dev.postrider.broker.store.postgres.TestServer;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many jobs that were published at once, and several brokers whose consumers are slow. */
class SpreadingTest {
    private static final int BROKERS = 8;
    private static final int CREDIT = 5;
    private static final int JOBS = 1_000;
    private static final DatabaseSettings FEW = new DatabaseSettings(3, 2, 1_000, 10_000, 5_000, 5);

    private final Vertx vertx = Vertx.vertx();
    private final List<RunningBroker> brokers = new ArrayList<>();
    private final List<Client> clients = new ArrayList<>();

    @BeforeEach
    void start() {
        DatabaseUrl url = TestServer.newDatabase();
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
    void allOfThemWorkAndNoneHoldsMoreThanItsCredit() {
        for (RunningBroker broker : brokers) {
            Client client = broker.consume(CREDIT);
            client.consumer();
            clients.add(client);
        }
        Await.result(brokers.get(0).publish(JOBS));

        for (Client client : clients) {
            Await.until(client.got::size, count -> count >= CREDIT);
        }
        assertThat(clients).allMatch(client -> client.got.size() == CREDIT);
        // A slow worker ends one job, and gets the next one.
        for (int i = 0; i < BROKERS; i++) {
            assertThat(brokers.get(i).ack(clients.get(i).got.peek()).settled()).isEqualTo(1);
        }
        for (Client client : clients) {
            Await.until(client.got::size, count -> count >= CREDIT + 1);
        }
        assertThat(clients).allMatch(client -> client.got.size() == CREDIT + 1);
        Set<String> ids = clients.stream()
                .flatMap(client -> client.got.stream())
                .map(message -> message.id())
                .collect(Collectors.toSet());
        assertThat(ids).hasSize(BROKERS * (CREDIT + 1));
    }

    /** Both have their part of one delivery, which neither of their acks ends. */
    @Test
    void whatALeavingConsumerHadGoesToAnIdleBrokerThoughItsNeighbourStillHoldsTheRest() {
        Client leaving = brokers.get(0).consume(CREDIT);
        Client staying = brokers.get(0).consume(CREDIT);
        staying.consumer();
        Consumers.Consumer member = leaving.consumer();
        Await.result(brokers.get(0).publish(2 * CREDIT));
        Await.until(staying.got::size, count -> count == CREDIT);
        Await.until(leaving.got::size, count -> count == CREDIT);

        Client idle = brokers.get(1).consume(2 * CREDIT);
        idle.consumer();
        member.leave();

        // The first record of a delivery names its row and stays where the row is.
        Await.until(idle.got::size, count -> count >= CREDIT - 1);
        Set<String> ids = idle.got.stream().map(message -> message.id()).collect(Collectors.toSet());
        assertThat(ids).hasSize(idle.got.size());
        assertThat(leaving.got).extracting(message -> message.id()).containsAll(ids);
        assertThat(idle.got).allMatch(message -> message.attempt() == 1);
        for (var message : idle.got) {
            assertThat(brokers.get(1).ack(message).settled()).isEqualTo(1);
        }
        for (var message : staying.got) {
            assertThat(brokers.get(0).ack(message).settled()).isEqualTo(1);
        }
    }
}
