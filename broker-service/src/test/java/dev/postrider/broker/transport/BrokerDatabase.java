package dev.postrider.broker.transport;

import dev.postrider.broker.store.postgres.DatabaseUrl;
import dev.postrider.broker.store.postgres.TestServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Gives the broker that tests start in their own JVM a database of its own. */
public final class BrokerDatabase implements QuarkusTestResourceLifecycleManager {
    @Override
    public Map<String, String> start() {
        DatabaseUrl url = TestServer.emptyDatabase();
        DatabaseUrl.Host host = url.hosts().get(0);
        return Map.of(
                "postrider.database.url",
                "postgresql://" + url.user() + ":" + URLEncoder.encode(url.password(), StandardCharsets.UTF_8) + "@"
                        + host.name() + ":" + host.port() + "/" + url.database());
    }

    @Override
    public void stop() {
        // The server goes with the JVM, and the database with it.
    }
}
