package dev.postrider.benchmarks.broker;

import dev.postrider.embedded.EmbeddedPostgres;
import dev.postrider.embedded.EmbeddedPostgresOptions;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * No broker: a table of jobs in PostgreSQL, as teams write it themselves. Inserted and claimed by batches of up to
 * 1,000, claimed by {@code FOR UPDATE SKIP LOCKED}, deleted in one transaction with the next claim.
 */
final class SkipLocked implements BrokerKind {
    private static final int BATCH_MAX = 1_000;
    private static final long IDLE_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

    @Override
    public String name() {
        return "skip-locked";
    }

    @Override
    public String title() {
        return "a table, SKIP LOCKED; PostgreSQL";
    }

    @Override
    public String durability() {
        return "fsync at commit";
    }

    @Override
    public String missing() {
        return null;
    }

    @Override
    public Broker start(Path directory) {
        EmbeddedPostgres database = EmbeddedPostgres.start(
                EmbeddedPostgresOptions.in(directory.resolve("data")).withSetting("autovacuum_naptime", "2s"));
        try {
            return new Running(database);
        } catch (SQLException e) {
            database.close();
            throw new BrokerFailure("The table could not be made", e);
        }
    }

    private static java.sql.Connection open(EmbeddedPostgres database) throws SQLException {
        return DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
    }

    private static final class Running implements Broker {
        private final EmbeddedPostgres database;
        private final java.sql.Connection management;

        Running(EmbeddedPostgres database) throws SQLException {
            this.database = database;
            this.management = open(database);
            try (Statement statement = management.createStatement()) {
                statement.execute("create table job (id bigint generated always as identity primary key,"
                        + " queue text not null, body bytea not null, claimed_at timestamptz)"
                        + " with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,"
                        + " autovacuum_vacuum_cost_delay = 0)");
                statement.execute("create index job_ready on job (queue, id) where claimed_at is null");
            }
        }

        @Override
        public String version() {
            try (Statement statement = management.createStatement();
                    ResultSet rows = statement.executeQuery("show server_version")) {
                rows.next();
                return rows.getString(1);
            } catch (SQLException e) {
                throw new BrokerFailure("No version", e);
            }
        }

        @Override
        public void createQueue(String queue, int consumers, Consumption consumption) {
            // A queue is a value of a column.
        }

        @Override
        public void deleteQueue(String queue) {
            try (PreparedStatement delete = management.prepareStatement("delete from job where queue = ?")) {
                delete.setString(1, queue);
                delete.executeUpdate();
            } catch (SQLException e) {
                throw new BrokerFailure("The jobs of " + queue + " could not be deleted", e);
            }
        }

        @Override
        public Connection connect(Aim aim) {
            return new Client(database);
        }

        @Override
        public void close() {
            try {
                management.close();
            } catch (SQLException e) {
                throw new BrokerFailure("The connection could not be closed", e);
            } finally {
                database.close();
            }
        }
    }

    private static final class Client implements Connection {
        private final EmbeddedPostgres database;
        private final Opened open = new Opened("A connection could not be closed");

        Client(EmbeddedPostgres database) {
            this.database = database;
        }

        @Override
        public Producer producer(String contentType, Answers answers) {
            try {
                java.sql.Connection connection = open(database);
                Batching batching = new Batching(BATCH_MAX, new SkipLockedInsert(connection)::store, answers);
                open.add(batching);
                open.add(connection);
                return batching;
            } catch (SQLException e) {
                throw new BrokerFailure("No connection", e);
            }
        }

        @Override
        public void consume(List<String> queues, Consumption consumption, Deliveries deliveries) {
            try {
                java.sql.Connection connection = open(database);
                int batch = consumption.creditOr(BATCH_MAX / queues.size()) * queues.size();
                SkipLockedClaim claim =
                        new SkipLockedClaim(connection, queues, batch, consumption.settleAlone(), deliveries);
                open.add(new Polling(claim::take, deliveries, IDLE_NANOS));
                open.add(connection);
            } catch (SQLException e) {
                throw new BrokerFailure("No connection", e);
            }
        }

        @Override
        public void close() {
            open.close();
        }
    }
}
