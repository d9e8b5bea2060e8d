package dev.postrider.broker.transport.http;

import dev.postrider.broker.store.postgres.DatabaseUrl;
import dev.postrider.broker.store.postgres.TestServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;

/** A real PostgreSQL for the broker under test. */
public final class BrokerDatabase implements QuarkusTestResourceLifecycleManager {
    @Override
    public Map<String, String> start() {
        DatabaseUrl url = TestServer.emptyDatabase();
        String password = url.password().isEmpty() ? "" : ":" + url.password();
        return Map.of("postrider.database.url", url.toString().replaceFirst("@", password + "@"));
    }

    @Override
    public void stop() {
        // The server ends with the JVM, and its databases with it.
    }
}
