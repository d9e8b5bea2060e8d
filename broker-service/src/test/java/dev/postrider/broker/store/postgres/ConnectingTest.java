package dev.postrider.broker.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.store.Await;
import io.vertx.sqlclient.SqlConnection;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is left of the tries that it took to connect. */
class ConnectingTest {
    private static final DatabaseSettings SETTINGS = new DatabaseSettings(2, 1, 8, 10_000, 10_000, 5);

    @RegisterExtension
    static final PostgresExtension POSTGRES = new PostgresExtension();

    private CuttingProxy proxy;
    private Hosts hosts;

    @BeforeEach
    void standBetween() {
        DatabaseUrl url = POSTGRES.url();
        proxy = new CuttingProxy(url.hosts().get(0));
        hosts = Database.hosts(POSTGRES.vertx(), LostConnectionsTest.through(url, proxy.port()), SETTINGS, Map.of());
    }

    @AfterEach
    void close() {
        proxy.close();
    }

    @Test
    void aServerWithoutTlsIsLeftWithNoSocketButThatOfTheConnection() {
        SqlConnection connection = Await.result(hosts.connect(Sockets.newEventLoop(POSTGRES.vertx())));

        Await.until(proxy::open, open -> open == 1);
        assertThat(Await.result(connection.query("select 1").execute()).size()).isEqualTo(1);

        Await.result(connection.close());
        Await.until(proxy::open, open -> open == 0);
    }
}
