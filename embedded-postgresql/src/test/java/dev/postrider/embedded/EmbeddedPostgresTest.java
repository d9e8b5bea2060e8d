package dev.postrider.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresTest {

    @Nested
    class ARunningDatabase {
        @TempDir
        static Path data;

        static EmbeddedPostgres database;

        @BeforeAll
        static void start() {
            database = TestDatabases.start(data);
        }

        @AfterAll
        static void stop() {
            database.close();
        }

        @Test
        void keepsWhatItConfirms() throws SQLException {
            try (Connection connection = TestDatabases.connect(database)) {
                for (String setting : ServerSettings.DURABLE.keySet()) {
                    assertThat(TestDatabases.query(connection, "show " + setting))
                            .isEqualTo("on");
                }
            }
        }

        @Test
        void isSetUpForABroker() throws SQLException {
            try (Connection connection = TestDatabases.connect(database)) {
                assertThat(TestDatabases.query(connection, "show max_wal_size")).isEqualTo("3GB");
                assertThat(TestDatabases.query(connection, "show autovacuum_naptime"))
                        .isEqualTo("10s");
                assertThat(TestDatabases.query(connection, "show wal_level")).isEqualTo("replica");
                assertThat(TestDatabases.query(connection, "show server_encoding"))
                        .isEqualTo("UTF8");
                assertThat(TestDatabases.query(connection, "show log_timezone")).isEqualTo("UTC");
                assertThat(TestDatabases.query(connection, "show data_checksums"))
                        .isEqualTo("on");
                assertThat(TestDatabases.query(
                                connection, "select datcollate from pg_database where datname = current_database()"))
                        .isEqualTo("C");
            }
        }

        @Test
        void letsNobodyInWithoutThePassword() {
            assertThatThrownBy(() -> DriverManager.getConnection(database.jdbcUrl(), database.user(), "wrong"))
                    .hasMessageContaining("password authentication failed");
            assertThatThrownBy(
                            () -> DriverManager.getConnection(database.jdbcUrl() + "?password=", database.user(), ""))
                    .isInstanceOf(SQLException.class);
        }

        @Test
        void asksForThePasswordByScramAlone() throws SQLException {
            assertThat(TestDatabases.query(
                            database,
                            "select string_agg(distinct type || ' ' || auth_method || ' ' || address, ',')"
                                    + " from pg_hba_file_rules"))
                    .isEqualTo("host scram-sha-256 127.0.0.1");
        }

        @Test
        void listensOnLoopbackOnly() throws SQLException, IOException {
            assertThat(TestDatabases.query(database, "show listen_addresses")).isEqualTo("127.0.0.1");
            assertThat(TestDatabases.query(database, "show unix_socket_directories"))
                    .isEmpty();
            // Another address of this very machine: answered only by who listens on all of them.
            assertThatThrownBy(() -> new Socket(InetAddress.getByName("127.0.0.2"), database.port()).close())
                    .isInstanceOf(IOException.class);
        }

        @Test
        void keepsThePasswordForItsOwner() throws IOException {
            Path password = data.resolve("password");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(password)))
                    .isEqualTo("rw-------");
            assertThat(Files.readString(password).strip())
                    .isEqualTo(database.password())
                    .hasSizeGreaterThan(30);
        }

        @Test
        void namesItselfInBothFormsOfUrl() {
            assertThat(database.url())
                    .isEqualTo("postgresql://postrider:" + database.password() + "@127.0.0.1:" + database.port()
                            + "/postrider");
            assertThat(database.jdbcUrl()).isEqualTo("jdbc:postgresql://127.0.0.1:" + database.port() + "/postrider");
        }

        @Test
        void refusesASecondStartInThisProgram() throws SQLException {
            long self = ProcessHandle.current().pid();
            for (int attempt = 0; attempt < 2; attempt++) {
                assertThatThrownBy(() -> TestDatabases.start(data))
                        .isInstanceOf(EmbeddedPostgresException.class)
                        .hasMessageContaining(data.toString())
                        .hasMessageContaining("process " + self);
            }
            assertThat(TestDatabases.query(database, "select 1")).isEqualTo("1");
        }

        @Test
        void refusesASecondProgramEvenAfterASecondStartHere() throws IOException {
            assertThatThrownBy(() -> TestDatabases.start(data)).isInstanceOf(EmbeddedPostgresException.class);
            try (ChildProgram second = ChildProgram.start(data)) {
                assertThat(second.answer())
                        .startsWith("refused")
                        .contains(data.toString())
                        .contains("process " + ProcessHandle.current().pid());
            }
            assertThat(database.isAlive()).isTrue();
        }
    }

    @Nested
    class Restart {
        @TempDir
        Path data;

        @Test
        void keepsDataAndPassword() throws SQLException {
            String password;
            try (EmbeddedPostgres first = TestDatabases.start(data)) {
                password = first.password();
                TestDatabases.execute(first, "create table kept as select generate_series(1, 1000) as n");
            }
            try (EmbeddedPostgres second = TestDatabases.start(data)) {
                assertThat(second.password()).isEqualTo(password);
                assertThat(TestDatabases.query(second, "select sum(n) from kept"))
                        .isEqualTo("500500");
            }
        }

        @Test
        void refusesADatabaseThatWouldLoseCommits() throws Exception {
            try (EmbeddedPostgres database = TestDatabases.start(TestDatabases.fill(data))) {
                TestDatabases.execute(database, "alter system set fsync = off");
                TestDatabases.execute(database, "alter database postrider set synchronous_commit = off");
            }
            assertThatThrownBy(() -> TestDatabases.start(data))
                    .isInstanceOf(EmbeddedPostgresException.class)
                    .hasMessageContaining("synchronous_commit=off")
                    .hasMessageNotContaining("fsync");
            assertThat(PostmasterFile.read(data.resolve("pgdata"))).isEmpty();
        }

        @Test
        void refusesDataOfAnotherMajorVersion() throws Exception {
            TestDatabases.fill(data);
            Files.writeString(data.resolve("pgdata/PG_VERSION"), "17\n");
            assertThatThrownBy(() -> TestDatabases.start(data))
                    .isInstanceOf(EmbeddedPostgresException.class)
                    .hasMessageContaining("PostgreSQL 17")
                    .hasMessageContaining("PostgreSQL 18");
        }

        @Test
        void doesNotMistakeAnotherProcessForItsPredecessor() throws Exception {
            TestDatabases.fill(data);
            // What a crash leaves when the number of the dead server was given to another process: this one.
            Files.writeString(
                    data.resolve("pgdata/postmaster.pid"),
                    ProcessHandle.current().pid() + "\n" + data.resolve("pgdata")
                            + "\n1700000000\n5432\n\n127.0.0.1\n");
            try (EmbeddedPostgres database = TestDatabases.start(data)) {
                assertThat(TestDatabases.query(database, "select 1")).isEqualTo("1");
            }
        }

        @Test
        void takesNoOffenceAtAFileThatACrashCutShort() throws Exception {
            Files.writeString(TestDatabases.fill(data).resolve("pgdata/postmaster.pid"), "");
            try (EmbeddedPostgres database = TestDatabases.start(data)) {
                assertThat(TestDatabases.query(database, "select 1")).isEqualTo("1");
            }
        }

        @Test
        void unpacksProgramsThatAreNotWholeForAllWhoShareThem(@TempDir Path binaries) throws Exception {
            Path whole = Binaries.in(TestDatabases.BINARIES).home();
            TestDatabases.copy(whole, binaries);
            Path program = Binaries.in(binaries).program("postgres");
            long size = Files.size(program);
            Files.write(program, new byte[0]);

            var other = CompletableFuture.supplyAsync(() -> Binaries.in(binaries));
            assertThat(Binaries.in(binaries).program("postgres")).isExecutable().hasSize(size);
            assertThat(other.get(2, TimeUnit.MINUTES).program("postgres")).hasSize(size);
            assertThat(binaries).isDirectoryNotContaining("glob:**.new-*");
        }

        @Test
        void saysSoWhenThePasswordIsLost() throws Exception {
            Files.delete(TestDatabases.fill(data).resolve("password"));
            assertThatThrownBy(() -> TestDatabases.start(data))
                    .isInstanceOf(EmbeddedPostgresException.class)
                    .hasMessageContaining(data.resolve("password").toString());
        }
    }

    @Nested
    class Close {
        @TempDir
        Path data;

        @Test
        void endsTheServerThoughSessionsAreOpenAndMayBeRepeated() throws Exception {
            EmbeddedPostgres database = TestDatabases.start(TestDatabases.fill(data));
            ProcessHandle server = ProcessHandle.of(database.serverProcessId()).orElseThrow();
            try (Connection connection = TestDatabases.connect(database);
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                statement.execute("create table uncommitted (n int)");
                database.close();
                database.close();
            }
            assertThat(server.isAlive()).isFalse();
            assertThat(database.isAlive()).isFalse();
            assertThat(Files.exists(data.resolve("pgdata/postmaster.pid"))).isFalse();
        }
    }

    @Nested
    class Options {
        @TempDir
        Path data;

        @Test
        void aFixedPortIsKept() throws Exception {
            TestDatabases.fill(data);
            int port = FreePort.find();
            for (int start = 0; start < 2; start++) {
                try (EmbeddedPostgres database = EmbeddedPostgres.start(TestDatabases.in(data)
                        .withPort(port)
                        .withDatabase("signup")
                        .withSetting("max_connections", "17"))) {
                    assertThat(database.port()).isEqualTo(port);
                    assertThat(TestDatabases.query(database, "select current_database()"))
                            .isEqualTo("signup");
                    assertThat(TestDatabases.query(database, "show max_connections"))
                            .isEqualTo("17");
                }
            }
        }

        @Test
        void aFixedPortThatIsTakenIsRefused() throws Exception {
            TestDatabases.fill(data);
            try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
                assertThatThrownBy(() ->
                                EmbeddedPostgres.start(TestDatabases.in(data).withPort(taken.getLocalPort())))
                        .isInstanceOf(EmbeddedPostgresException.class)
                        .hasMessageContaining("Port " + taken.getLocalPort());
            }
        }

        @Test
        void durabilityIsNotOptional() {
            for (String name : new String[] {"fsync", "synchronous_commit", "full_page_writes", "listen_addresses"}) {
                assertThatThrownBy(() -> TestDatabases.in(data).withSetting(name, "off"))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining(name);
            }
        }

        @Test
        void aSettingThatTheServerRefusesIsNamed() throws Exception {
            TestDatabases.fill(data);
            assertThatThrownBy(
                            () -> EmbeddedPostgres.start(TestDatabases.in(data).withSetting("shared_buffers", "lots")))
                    .isInstanceOf(EmbeddedPostgresException.class)
                    .hasMessageContaining("shared_buffers");
        }
    }

    @Nested
    class DataDirectories {
        @TempDir
        Path parent;

        @Test
        void aFileInTheWayIsNamed() throws IOException {
            Path file = Files.writeString(parent.resolve("file"), "");
            assertThatThrownBy(() -> TestDatabases.start(file))
                    .isInstanceOf(EmbeddedPostgresException.class)
                    .hasMessageContaining("not a directory");
        }

        @Test
        void anotherServersDirectoryIsLeftAlone() throws IOException {
            Files.writeString(parent.resolve("PG_VERSION"), "18\n");
            assertThatThrownBy(() -> TestDatabases.start(parent))
                    .isInstanceOf(EmbeddedPostgresException.class)
                    .hasMessageContaining("another PostgreSQL server");
            assertThat(parent).isDirectoryNotContaining("glob:**/lock");
        }
    }
}
