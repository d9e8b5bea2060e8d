package dev.postrider.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs, servers and keepers are killed; what was committed stays, and nothing is left behind. */
class DeathTest {
    /** The promise is two seconds; the rest is for a busy machine. */
    private static final Duration SOON = Duration.ofSeconds(8);

    @TempDir
    Path data;

    @BeforeEach
    void fill() throws Exception {
        TestDatabases.fill(data);
    }

    private static void assertEnds(ProcessHandle process) throws InterruptedException {
        assertThat(Waiting.until(SOON, () -> PostmasterFile.hasEnded(process)))
                .as("process %d has ended", process.pid())
                .isTrue();
    }

    @Nested
    class OfTheProgram {
        @Test
        void takesTheServerWithIt() throws Exception {
            try (ChildProgram program = ChildProgram.start(data)) {
                ChildProgram.Ready ready = program.awaitReady();
                ProcessHandle keeper = ready.keeper();
                program.kill();
                assertEnds(ready.server());
                assertEnds(keeper);
            }
            assertThat(PostmasterFile.processesIn(data.resolve("pgdata"))).isEmpty();
        }

        @Test
        void isNoHindranceToTheNextStart() throws Exception {
            try (ChildProgram program = ChildProgram.start(data)) {
                program.awaitReady();
                program.kill();
            }
            // At once: the dead program's server may still be shutting down.
            try (EmbeddedPostgres database = TestDatabases.start(data)) {
                assertThat(TestDatabases.query(database, "select 1")).isEqualTo("1");
            }
        }

        @Test
        void andOfItsKeeperLeavesAServerThatTheNextStartEnds() throws Exception {
            ProcessHandle orphan;
            try (ChildProgram program = ChildProgram.start(data)) {
                ChildProgram.Ready ready = program.awaitReady();
                orphan = ready.server();
                // The program restarts a server whose keeper was killed, so it has to be unable to.
                Command.signal(program.handle(), "STOP");
                List<ProcessHandle> watcher = ready.keeper()
                        .children()
                        .filter(child -> child.pid() != ready.server().pid())
                        .toList();
                ready.keeper().destroyForcibly();
                watcher.forEach(ProcessHandle::destroyForcibly);
                program.kill();
            }
            assertThat(orphan.isAlive()).isTrue();
            try (EmbeddedPostgres database = TestDatabases.start(data)) {
                assertEnds(orphan);
                assertThat(TestDatabases.query(database, "select 1")).isEqualTo("1");
            }
        }

        @Test
        void whileItMakesANewDatabaseLeavesADirectoryToStartIn(@TempDir Path fresh) throws Exception {
            try (ChildProgram program = ChildProgram.start(fresh)) {
                assertThat(Waiting.until(Duration.ofSeconds(20), () -> unfinished(fresh)))
                        .isTrue();
                program.kill();
            }
            assertThat(fresh.resolve("pgdata")).doesNotExist();
            try (EmbeddedPostgres database = TestDatabases.start(fresh)) {
                assertThat(TestDatabases.query(database, "select 1")).isEqualTo("1");
                assertThat(unfinished(fresh)).isFalse();
            }
        }

        private static boolean unfinished(Path directory) {
            String[] names = directory.toFile().list((parent, name) -> name.startsWith("pgdata.new-"));
            return names != null && names.length > 0;
        }
    }

    @Nested
    class CtrlC {
        @Test
        void doesNotReachTheServerBeforeTheProgramStopsIt() throws Exception {
            String setsid = Command.find("setsid").orElse(null);
            assumeTrue(setsid != null, "no setsid here to give the program a process group of its own");
            try (ChildProgram program = ChildProgram.start(
                    List.of(setsid), System.getProperty("java.class.path"), data, TestDatabases.BINARIES)) {
                ChildProgram.Ready ready = program.awaitReady();
                // A terminal signals the whole group; the JVM is stopped so that only the others could react.
                Command.signal(program.handle(), "STOP");
                boolean sent = Command.succeeds(List.of(
                        "sh", "-c", "kill -s INT -- -" + program.handle().pid()));
                assertThat(sent).isTrue();
                assertThat(Waiting.until(
                                Duration.ofMillis(500), () -> !ready.server().isAlive()))
                        .isFalse();
                assertThat(ready.keeper().isAlive()).isTrue();
                Command.signal(program.handle(), "CONT");
                assertEnds(program.handle());
                assertEnds(ready.server());
            }
        }
    }

    @Nested
    class OfTheServer {
        private final BlockingQueue<Long> restarted = new LinkedBlockingQueue<>();
        private final CompletableFuture<Integer> died = new CompletableFuture<>();

        private EmbeddedPostgres startListening() {
            return EmbeddedPostgres.start(TestDatabases.in(data).withListener(new EmbeddedPostgresListener() {
                @Override
                public void serverDied(int exitCode) {
                    died.complete(exitCode);
                }

                @Override
                public void serverRestarted(long serverProcessId) {
                    restarted.add(serverProcessId);
                }
            }));
        }

        private void kill(EmbeddedPostgres database) {
            ProcessHandle.of(database.serverProcessId()).orElseThrow().destroyForcibly();
        }

        private long awaitRestart() throws InterruptedException {
            Long process = restarted.poll(20, TimeUnit.SECONDS);
            assertThat(process).as("process of the restarted server").isNotNull();
            return process;
        }

        @Test
        void isFollowedByARestartOnTheSamePortWithAllThatWasCommitted() throws Exception {
            try (EmbeddedPostgres database = startListening()) {
                TestDatabases.execute(database, "create table kept as select 42 as n");
                int port = database.port();
                long before = database.serverProcessId();
                kill(database);
                assertThat(awaitRestart()).isNotEqualTo(before).isEqualTo(database.serverProcessId());
                assertThat(died.join()).isEqualTo(137);
                assertThat(database.port()).isEqualTo(port);
                assertThat(database.isAlive()).isTrue();
                assertThat(TestDatabases.query(database, "select n from kept")).isEqualTo("42");

                kill(database);
                awaitRestart();
                assertThat(TestDatabases.query(database, "select n from kept")).isEqualTo("42");
            }
            assertThat(PostmasterFile.processesIn(data.resolve("pgdata"))).isEmpty();
        }

        @Test
        void isFollowedByARestartThoughASessionComputesOn() throws Exception {
            try (EmbeddedPostgres database = startListening();
                    Connection busy = TestDatabases.connect(database);
                    Statement statement = busy.createStatement()) {
                String session = TestDatabases.query(busy, "select pg_backend_pid()");
                ProcessHandle backend =
                        ProcessHandle.of(Long.parseLong(session)).orElseThrow();
                // A stopped session cannot notice that its server has died, and holds the shared memory.
                Command.signal(backend, "STOP");
                kill(database);
                awaitRestart();
                assertEnds(backend);
                assertThatThrownBy(() -> statement.execute("select 1")).isInstanceOf(SQLException.class);
                assertThat(TestDatabases.query(database, "select 1")).isEqualTo("1");
            }
        }

        @Test
        void byTheKeepersDeathIsFollowedByARestart() throws Exception {
            try (EmbeddedPostgres database = startListening()) {
                ProcessHandle server =
                        ProcessHandle.of(database.serverProcessId()).orElseThrow();
                server.parent().orElseThrow().destroyForcibly();
                assertThat(awaitRestart()).isNotEqualTo(server.pid());
                assertEnds(server);
                assertThat(TestDatabases.query(database, "select 1")).isEqualTo("1");
            }
        }

        @Test
        void doesNotKeepACloseFromEndingAtOnce() throws Exception {
            EmbeddedPostgres database = startListening();
            // A server that cannot start any more: its supervisor would try for ever.
            Path version = data.resolve("pgdata/PG_VERSION");
            Files.move(version, data.resolve("moved"));
            kill(database);
            died.get(20, TimeUnit.SECONDS);
            long began = System.nanoTime();
            database.close();
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(15));
            // Backends notice the death of their postmaster by themselves, a moment later.
            for (ProcessHandle backend : PostmasterFile.processesIn(data.resolve("pgdata"))) {
                assertEnds(backend);
            }
            assertThat(PostmasterFile.processesIn(data.resolve("pgdata"))).isEmpty();

            Files.move(data.resolve("moved"), version);
            TestDatabases.start(data).close();
        }
    }
}
