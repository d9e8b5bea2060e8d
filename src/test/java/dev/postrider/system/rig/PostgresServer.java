package dev.postrider.system.rig;

import dev.postrider.system.process.Eventually;
import dev.postrider.system.process.FreePort;
import dev.postrider.system.process.Signals;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * One PostgreSQL server on one port for all its lives, started without the keeper of the embedded one: nobody brings it
 * back but the test. Not thread-safe.
 */
final class PostgresServer implements AutoCloseable {
    private static final Duration READY_LIMIT = Duration.ofSeconds(60);
    private static final Duration GONE_LIMIT = Duration.ofSeconds(60);

    private final String name;
    private final Path binaries;
    private final Disk disk;
    private final Path log;
    private final Account account;
    private final int port = FreePort.find();
    private Process process;

    PostgresServer(String name, Path binaries, Disk disk, Path log, Account account) {
        this.name = name;
        this.binaries = binaries;
        this.disk = disk;
        this.log = log;
        this.account = account;
    }

    int port() {
        return port;
    }

    Disk disk() {
        return disk;
    }

    /** PostgreSQL's own files. */
    Path data() {
        return disk.root().resolve("server").resolve("pgdata");
    }

    /** Starts it and returns when it answers queries; a standby when it takes readers. */
    Duration start() {
        long begin = System.nanoTime();
        launch();
        awaitReady(READY_LIMIT);
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    /** Starts it and returns at once. */
    void launch() {
        List<String> command = new ArrayList<>(ServerUser.prefix(data()));
        command.addAll(List.of(binaries.resolve("bin/postgres").toString(), "-D", data().toString()));
        for (String setting : settings()) {
            command.addAll(List.of("-c", setting));
        }
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(new File("/"))
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().keySet().removeIf(key -> key.startsWith("PG") || key.startsWith("LC_"));
        builder.environment().put("LC_ALL", "C");
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> settings() {
        return List.of(
                "port=" + port,
                "listen_addresses=127.0.0.1",
                "unix_socket_directories=",
                "cluster_name=" + name,
                "timezone=UTC",
                "max_connections=100",
                "shared_buffers=64MB",
                "max_wal_size=192MB",
                "min_wal_size=80MB",
                "wal_keep_size=128MB",
                "wal_receiver_status_interval=1s",
                "wal_retrieve_retry_interval=200ms",
                "autovacuum_naptime=10s",
                "log_destination=stderr",
                "log_line_prefix=%m [%p] %a ");
    }

    /** Waits until it answers a query. Fails with the end of its log if it has ended. */
    void awaitReady(Duration limit) {
        try {
            Eventually.that(name + " answers", limit, () -> {
                if (!process.isAlive()) {
                    throw new AssertionError(name + " has ended");
                }
                return isAnswering();
            });
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n" + logTail(), e);
        }
    }

    boolean isAnswering() {
        try (Connection connection = connect("look")) {
            return connection.isValid(2);
        } catch (SQLException e) {
            return false;
        }
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    Connection connect(String what) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/" + account.database(), account.jdbc(what));
    }

    /** The postmaster and all that it has started. */
    private List<Long> processIds() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .map(ProcessHandle::pid)
                .toList();
    }

    /** SIGKILL for the postmaster and everything under it at once; returns when all are gone. */
    void kill() {
        if (process == null) {
            return;
        }
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.add(process.toHandle());
        Signals.send("KILL", all.stream().map(ProcessHandle::pid).toList());
        Eventually.that(name + " is gone", GONE_LIMIT, () -> all.stream().noneMatch(ProcessHandle::isAlive));
    }

    /** Stops it in order, sessions and all. */
    void stop() {
        Signals.send("INT", List.of(process.pid()));
        try {
            if (!process.waitFor(GONE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** SIGSTOP for all of it: connections stay, nothing answers. */
    void freeze() {
        // The postmaster first, so that no child is born meanwhile.
        Signals.send("STOP", List.of(process.pid()));
        Signals.send("STOP", processIds());
    }

    void thaw() {
        Signals.send("CONT", processIds());
    }

    String logTail() {
        try {
            List<String> lines = Files.readAllLines(log);
            return "--- end of " + log + "\n"
                    + String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
        } catch (IOException e) {
            return "no log of " + name + ": " + e;
        }
    }

    @Override
    public void close() {
        kill();
        disk.close();
    }

    @Override
    public String toString() {
        return name;
    }
}
