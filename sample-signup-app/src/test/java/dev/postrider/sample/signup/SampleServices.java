package dev.postrider.sample.signup;

import dev.postrider.embedded.EmbeddedPostgres;
import dev.postrider.embedded.EmbeddedPostgresOptions;
import dev.postrider.sample.signup.database.DatabaseAddress;
import dev.postrider.sample.signup.database.Schema;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** A real database and a free port for the mail server inside; the broker stays away. */
public final class SampleServices implements QuarkusTestResourceLifecycleManager {
    private EmbeddedPostgres postgres;

    @Override
    public Map<String, String> start() {
        try {
            Path data = Files.createTempDirectory(Path.of("target"), "signup-data");
            postgres = EmbeddedPostgres.start(
                    EmbeddedPostgresOptions.in(data).withBinariesDirectory(Path.of("target/postgresql")));
            DatabaseAddress address = DatabaseAddress.parse(postgres.url());
            Schema.apply(address);
            Schema.apply(address);
            Map<String, String> configuration = new HashMap<>(address.asConfiguration());
            configuration.put("quarkus.http.test-port", "0");
            configuration.put("signup.smtp.local-port", String.valueOf(freePort()));
            configuration.put("signup.smtp.worker-timeout", "4s");
            configuration.put("signup.smtp.synchronous-timeout", "4s");
            configuration.put("signup.queue.enabled", "false");
            return configuration;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            throw new IllegalStateException("The schema could not be made", e);
        }
    }

    @Override
    public void stop() {
        if (postgres != null) {
            postgres.close();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
