package dev.postrider.broker.store.postgres;

import dev.postrider.embedded.EmbeddedPostgres;
import dev.postrider.embedded.EmbeddedPostgresOptions;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * One PostgreSQL for all tests of the JVM, and a database for each test class. The system property
 * {@code postrider.test.database} names another server instead, with rights to create databases.
 */
public final class TestServer {
    private static final String OTHER_SERVER = System.getProperty("postrider.test.database");
    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static EmbeddedPostgres embedded;

    private TestServer() {}

    /** A new database with the schema in place. */
    public static DatabaseUrl newDatabase() {
        DatabaseUrl url = emptyDatabase();
        Migrations.run(url);
        return url;
    }

    /** A new database without tables. */
    public static DatabaseUrl emptyDatabase() {
        DatabaseUrl server = server();
        String name = "test_" + ProcessHandle.current().pid() + "_" + DATABASES.incrementAndGet();
        execute(server, "create database " + name);
        return new DatabaseUrl(
                server.hosts(), name, server.user(), server.password(), server.sslMode(), server.sslRootCertificate());
    }

    /** Runs SQL beside what is tested. */
    public static void execute(DatabaseUrl url, String sql) {
        try (Connection connection = DriverManager.getConnection(url.jdbcUrl(), url.user(), url.password())) {
            connection.createStatement().execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The first column of the first row. */
    public static String query(DatabaseUrl url, String sql) {
        try (Connection connection = DriverManager.getConnection(url.jdbcUrl(), url.user(), url.password());
                var rows = connection.createStatement().executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The plan of a prepared statement under some session settings. */
    static String explain(DatabaseUrl url, List<String> settings, String sql, String types, String arguments) {
        StringBuilder plan = new StringBuilder();
        try (Connection connection = DriverManager.getConnection(url.jdbcUrl(), url.user(), url.password());
                Statement statement = connection.createStatement()) {
            for (String setting : settings) {
                statement.execute("set " + setting);
            }
            statement.execute("prepare explained (" + types + ") as " + sql);
            try (var rows = statement.executeQuery("explain execute explained (" + arguments + ")")) {
                while (rows.next()) {
                    plan.append(rows.getString(1)).append('\n');
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return plan.toString();
    }

    private static synchronized DatabaseUrl server() {
        if (OTHER_SERVER != null) {
            return DatabaseUrl.parse(OTHER_SERVER);
        }
        if (embedded == null) {
            embedded = start();
        }
        return DatabaseUrl.parse(embedded.url());
    }

    /**
     * The server ends with the JVM by itself, and the next run deletes what it left: nobody waits for its last sync.
     */
    private static EmbeddedPostgres start() {
        try {
            Path root = Files.createDirectories(Path.of("target", "test-databases"));
            try (Stream<Path> left = Files.list(root)) {
                left.filter(TestServer::isAbandoned).forEach(TestServer::delete);
            }
            // Not the number alone: Quarkus loads this class a second time.
            Path own = Files.createTempDirectory(root, ProcessHandle.current().pid() + "-");
            return EmbeddedPostgres.start(EmbeddedPostgresOptions.in(own)
                    .withBinariesDirectory(Path.of(System.getProperty("java.io.tmpdir"), "postrider-test-binaries")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether no JVM of tests uses the directory, whose name begins with the number of its process. */
    private static boolean isAbandoned(Path directory) {
        long process = Long.parseLong(directory.getFileName().toString().split("-")[0]);
        return ProcessHandle.of(process).isEmpty() && !Files.exists(directory.resolve("pgdata/postmaster.pid"));
    }

    /** Another JVM of tests may be deleting the same. */
    private static void delete(Path path) {
        File[] entries = Files.isSymbolicLink(path) ? null : path.toFile().listFiles();
        if (entries != null) {
            for (File entry : entries) {
                delete(entry.toPath());
            }
        }
        path.toFile().delete();
    }
}
