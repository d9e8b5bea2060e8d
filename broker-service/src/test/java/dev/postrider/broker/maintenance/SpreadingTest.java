package dev.postrider.broker.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

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
}
