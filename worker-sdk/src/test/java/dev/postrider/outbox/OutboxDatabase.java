package dev.postrider.outbox;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/** A database of its own on the one PostgreSQL server of the test JVM, with the outbox in it. */
final class OutboxDatabase implements OutboxRelay.Connections {
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final String name = "outbox_" + COUNT.incrementAndGet();

    OutboxDatabase() {
        try (Connection admin = connect("postgres");
                Statement statement = admin.createStatement()) {
            statement.execute("create database " + name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    static OutboxDatabase withTables() {
        OutboxDatabase database = new OutboxDatabase();
        try (Connection connection = database.open()) {
            OutboxSchema.createIfAbsent(connection);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return database;
    }

    @Override
    public Connection open() throws SQLException {
        return connect(name);
    }

    int port() {
        return Server.POSTGRES.getPort();
    }

    String name() {
        return name;
    }

    void commit(OutboxRecord... records) {
        try (Connection connection = open()) {
            connection.setAutoCommit(false);
            for (OutboxRecord record : records) {
                JdbcOutbox.write(connection, record);
            }
            connection.commit();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    void execute(String sql) {
        try (Connection connection = open();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    long count(String from) {
        try (Connection connection = open();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select count(*) from " + from)) {
            result.next();
            return result.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    OutboxBacklog.Counts counts() {
        try (Connection connection = open()) {
            return OutboxBacklog.counts(connection);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + Server.POSTGRES.getPort() + "/" + database, "postgres", "postgres");
    }

    /** Started by the first test that needs it, ended with the JVM. */
    private static final class Server {
        private static final EmbeddedPostgres POSTGRES = start();

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.builder().start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
