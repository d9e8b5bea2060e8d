package dev.postrider.sample.signup;

import dev.postrider.embedded.EmbeddedPostgres;
import dev.postrider.embedded.EmbeddedPostgresException;
import dev.postrider.embedded.EmbeddedPostgresOptions;
import dev.postrider.sample.signup.database.DatabaseAddress;
import dev.postrider.sample.signup.database.Schema;
import io.quarkus.runtime.ApplicationLifecycleManager;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Starts the database before the application, whose configuration then points to it, and stops it after the
 * application.
 */
@QuarkusMain
public final class SignupMain {
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(30);
    private static final Duration STOP_POLL = Duration.ofMillis(20);
    private static final String LOCAL_SMTP_PORT = "signup.smtp.local-port";

    private SignupMain() {}

    /** Runs until it is told to stop. */
    public static void main(String... arguments) {
        try {
            DatabaseAddress address = openDatabase();
            Schema.apply(address);
            address.asConfiguration().forEach(System::setProperty);
            chooseMailServer();
        } catch (SQLException | IOException | EmbeddedPostgresException | IllegalArgumentException e) {
            System.err.println("The sample cannot start: " + e.getMessage());
            System.exit(1);
        }
        Quarkus.run(arguments);
    }

    private static DatabaseAddress openDatabase() {
        String url = setting("SIGNUP_DATABASE_URL", "");
        if (!url.isEmpty()) {
            return DatabaseAddress.parse(url);
        }
        Path directory = Path.of(setting("SIGNUP_DATA_DIR", "./signup-data"));
        EmbeddedPostgres postgres =
                EmbeddedPostgres.start(EmbeddedPostgresOptions.in(directory).withDatabase("signup"));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stopAfterApplication(postgres), "stop-database"));
        return DatabaseAddress.parse(postgres.url());
    }

    // Shutdown hooks run at the same time, and the application needs its database until its own has ended.
    private static void stopAfterApplication(EmbeddedPostgres postgres) {
        long deadline = System.nanoTime() + STOP_PATIENCE.toNanos();
        while (ApplicationLifecycleManager.getCurrentApplication() != null && System.nanoTime() < deadline) {
            LockSupport.parkNanos(STOP_POLL.toNanos());
        }
        postgres.close();
    }

    private static void chooseMailServer() throws IOException {
        if (!setting("SMTP_HOST", "").isEmpty()) {
            System.setProperty(LOCAL_SMTP_PORT, "0");
            if (setting("SMTP_PORT", "").isEmpty()) {
                System.setProperty("smtp.port", "587");
            }
            return;
        }
        String port = setting("SIGNUP_SMTP_LOCAL_PORT", "");
        System.setProperty(LOCAL_SMTP_PORT, port.isEmpty() ? freePort() : port);
    }

    private static String freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return String.valueOf(socket.getLocalPort());
        }
    }

    // As Quarkus does it: a system property of the same meaning wins over the environment variable.
    private static String setting(String variable, String fallback) {
        String property =
                System.getProperty(variable.toLowerCase(java.util.Locale.ROOT).replace('_', '.'));
        if (property != null) {
            return property;
        }
        String value = System.getenv(variable);
        return value == null ? fallback : value;
    }
}
