package dev.postrider.broker.store.postgres;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

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

    private static synchronized DatabaseUrl server() {
        if (OTHER_SERVER != null) {
            return DatabaseUrl.parse(OTHER_SERVER);
        }
        if (embedded == null) {
            embedded = start();
        }
        return DatabaseUrl.parse("postgresql://postgres@127.0.0.1:" + embedded.getPort() + "/postgres");
    }

    private static EmbeddedPostgres start() {
        try {
            EmbeddedPostgres server = EmbeddedPostgres.builder()
                    .setServerConfig("max_connections", "200")
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server)));
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void stop(EmbeddedPostgres server) {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
