package dev.postrider.broker.app;

import dev.postrider.broker.transport.ConnectionGuards;
import dev.postrider.embedded.EmbeddedPostgres;
import dev.postrider.embedded.EmbeddedPostgresException;
import dev.postrider.embedded.EmbeddedPostgresOptions;
import io.quarkus.runtime.ApplicationLifecycleManager;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;

/**
 * Starts the broker. Without a database URL it starts a PostgreSQL first, and stops it last: the application's
 * shutdown hook and ours run side by side, so ours waits until the application is gone.
 */
@QuarkusMain
public final class BrokerMain {
    private static final Logger LOG = Logger.getLogger(BrokerMain.class);
    private static final String URL_KEY = "postrider.database.url";
    private static final long APPLICATION_STOP_SECONDS = 30;

    private BrokerMain() {}

    public static void main(String... args) {
        ConnectionGuards.enable();
        if (setting(URL_KEY).isEmpty()) {
            startEmbedded();
        }
        Quarkus.run(args);
    }

    private static void startEmbedded() {
        Path directory = Path.of(setting("postrider.data-dir").orElse("postrider-data"));
        EmbeddedPostgres database;
        try {
            database = EmbeddedPostgres.start(EmbeddedPostgresOptions.in(directory));
        } catch (EmbeddedPostgresException e) {
            // The logging of the application is not up yet, and this is for a person to read.
            System.err.println("Postrider cannot start: " + e.getMessage());
            System.exit(1);
            return;
        }
        System.setProperty(URL_KEY, database.url());
        System.setProperty(
                "postrider.broker.address-file",
                directory.resolve("broker-address").toString());
        if (setting("postrider.queues.auto-create").isEmpty()) {
            System.setProperty("postrider.queues.auto-create", "true");
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(database), "stop-embedded-postgresql"));
        LOG.infof("Embedded PostgreSQL is at %s:%d, its data in %s", database.host(), database.port(), directory);
    }

    private static void stop(EmbeddedPostgres database) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(APPLICATION_STOP_SECONDS);
        while (ApplicationLifecycleManager.getCurrentApplication() != null && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        database.close();
    }

    /** A setting before there is a configuration: system property, else environment variable, as Quarkus names it. */
    private static Optional<String> setting(String key) {
        String property = System.getProperty(key);
        String value = property != null
                ? property
                : System.getenv(key.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_"));
        return Optional.ofNullable(value).filter(text -> !text.isBlank());
    }
}
