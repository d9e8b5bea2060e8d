package dev.postrider.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class OutboxWriteTest {
    private static OutboxDatabase database;

    @BeforeAll
    static void createDatabase() {
        database = OutboxDatabase.withTables();
    }

    @BeforeEach
    void empty() {
        database.execute("delete from outbox");
    }

    @Nested
    class Schema {
        @Test
        void severalInstancesMayCreateItAtOnce() throws Exception {
            OutboxDatabase fresh = new OutboxDatabase();
            ExecutorService instances = Executors.newFixedThreadPool(6);
            try {
                List<Future<Void>> starts = IntStream.range(0, 6)
                        .mapToObj(i -> instances.submit(() -> create(fresh)))
                        .toList();
                for (Future<Void> start : starts) {
                    start.get();
                }
            } finally {
                instances.shutdownNow();
            }
            assertThat(fresh.count("outbox")).isZero();
        }

        @Test
        void creatingItAgainKeepsTheRows() throws Exception {
            database.commit(OutboxRecord.text("mails", "kept"));
            create(database);
            assertThat(database.count("outbox")).isEqualTo(1);
        }

        @Test
        void creatingItAgainDoesNotWaitForWriters() throws Exception {
            try (Connection writer = database.open()) {
                writer.setAutoCommit(false);
                JdbcOutbox.write(writer, OutboxRecord.text("mails", "open"));
                try (Connection starter = database.open()) {
                    starter.createStatement().execute("set lock_timeout = '2s'");
                    OutboxSchema.createIfAbsent(starter);
                }
                writer.rollback();
            }
        }

        private Void create(OutboxDatabase in) throws SQLException {
            try (Connection connection = in.open()) {
                OutboxSchema.createIfAbsent(connection);
            }
            return null;
        }
    }

    @Nested
    class Jdbc {
        @Test
        void everythingThatARecordSaysReachesTheBroker() {
            Instant later = Instant.parse("2031-05-06T07:08:09.123456Z");
            OutboxRecord written = OutboxRecord.json("mails", Map.of("to", "ada@example.com"))
                    .withKey("user-1")
                    .withType("user.signed-up")
                    .withHeader("tenant", "Zürich \"east\"")
                    .withPriority(9)
                    .withDeliverAt(later)
                    .withTtl(Duration.ofHours(2));
            database.commit(written);
            RecordingBroker broker = new RecordingBroker();
            OutboxRelay.builder(database, broker).build().runOnce();

            OutboxRecord read = broker.stored().get(0);
            assertThat(read).usingRecursiveComparison().isEqualTo(written);
            assertThat(RecordingBroker.text(read)).isEqualTo("{\"to\":\"ada@example.com\"}");
        }

        @Test
        void aRecordWithNothingButAPayloadReachesTheBroker() {
            OutboxRecord written = OutboxRecord.bytes("blobs", new byte[] {0, -1, 7}, "application/octet-stream");
            database.commit(written);
            RecordingBroker broker = new RecordingBroker();
            OutboxRelay.builder(database, broker).build().runOnce();
            assertThat(broker.stored().get(0)).usingRecursiveComparison().isEqualTo(written);
        }

        @Test
        void aTransactionThatRollsBackWritesNothing() throws SQLException {
            try (Connection connection = database.open()) {
                connection.setAutoCommit(false);
                JdbcOutbox.write(connection, OutboxRecord.text("mails", "never"));
                connection.rollback();
            }
            assertThat(database.count("outbox")).isZero();
        }

        @Test
        void severalRecordsKeepTheirOrder() throws SQLException {
            try (Connection connection = database.open()) {
                connection.setAutoCommit(false);
                JdbcOutbox.writeAll(
                        connection,
                        IntStream.range(0, 50)
                                .mapToObj(i -> OutboxRecord.text("mails", "m" + i))
                                .toList());
                connection.commit();
            }
            RecordingBroker broker = new RecordingBroker();
            OutboxRelay.builder(database, broker).build().runOnce();
            assertThat(broker.texts())
                    .isEqualTo(IntStream.range(0, 50).mapToObj(i -> "m" + i).toList());
        }

        @Test
        void aConnectionWithoutATransactionIsRefused() throws SQLException {
            try (Connection connection = database.open()) {
                assertThatThrownBy(() -> JdbcOutbox.write(connection, OutboxRecord.text("mails", "alone")))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("auto-commit");
            }
            assertThat(database.count("outbox")).isZero();
        }

        @Test
        void changeDataCaptureMayDeleteTheRowInTheSameTransaction() throws SQLException {
            try (Connection connection = database.open()) {
                connection.setAutoCommit(false);
                OutboxRecord record = OutboxRecord.text("mails", "read from the log");
                JdbcOutbox.write(connection, record);
                connection.createStatement().execute("delete from outbox where id = '" + record.id() + "'");
                connection.commit();
            }
            assertThat(database.count("outbox")).isZero();
        }
    }

    @Nested
    class Record {
        @Test
        void itsIdSortsByTime() {
            UUID earlier = OutboxIds.of(1_000, -1, -1);
            UUID later = OutboxIds.of(1_001, 0, 0);
            assertThat(earlier.toString()).isLessThan(later.toString());
            assertThat(OutboxIds.next().version()).isEqualTo(7);
            assertThat(OutboxIds.next().variant()).isEqualTo(2);
        }

        @Test
        void whatTheBrokerOrTheTableCannotTakeIsRefusedAtOnce() {
            assertThatThrownBy(() -> OutboxRecord.text("no such name!", ""))
                    .isInstanceOf(IllegalArgumentException.class);
            OutboxRecord record = OutboxRecord.text("mails", "");
            assertThatThrownBy(() -> record.withKey("k".repeat(256))).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> record.withKey("")).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> record.withPriority(10)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> record.withTtl(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> record.withHeader("type", "x")).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
