package dev.postrider.system.rig;

import dev.postrider.embedded.EmbeddedPostgres;
import dev.postrider.embedded.EmbeddedPostgresOptions;
import dev.postrider.system.process.Eventually;
import dev.postrider.system.process.ServerPrograms;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

/**
 * A primary and its synchronous standby: a commit is answered when both have it on disk, so that the loss of either
 * loses nothing. The roles change by {@link #promote()}. Not thread-safe.
 */
public final class PostgresCluster implements AutoCloseable {
    private static final int DISK_MEBIBYTES = 1_024;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final List<PostgresServer> servers;
    private final Account account;
    private PostgresServer primary;
    private PostgresServer standby;

    private PostgresCluster(List<PostgresServer> servers, Account account) {
        this.servers = servers;
        this.account = account;
        this.primary = servers.get(0);
        this.standby = servers.get(1);
    }

    /** Makes a new one, both servers running and in step. {@code directory} gets their logs. */
    public static PostgresCluster start(Path directory) {
        Path programs = ServerPrograms.shared();
        Disk disk = Disk.of(DISK_MEBIBYTES, directory.resolve("a"));
        try {
            Files.createDirectories(directory);
            EmbeddedPostgresOptions options =
                    EmbeddedPostgresOptions.in(disk.root().resolve("server")).withBinariesDirectory(programs);
            Account account;
            try (EmbeddedPostgres fresh = EmbeddedPostgres.start(options)) {
                account = new Account(fresh.user(), fresh.password(), fresh.database());
            }
            Path binaries = binaries(programs);
            PostgresCluster cluster = new PostgresCluster(
                    List.of(
                            new PostgresServer("alpha", binaries, disk, log(directory, "alpha"), account),
                            new PostgresServer(
                                    "beta",
                                    binaries,
                                    Disk.of(DISK_MEBIBYTES, directory.resolve("b")),
                                    log(directory, "beta"),
                                    account)),
                    account);
            cluster.begin();
            return cluster;
        } catch (IOException e) {
            disk.close();
            throw new UncheckedIOException(e);
        }
    }

    private static Path log(Path directory, String name) {
        // Beside the directory: logs stay when the rest is deleted.
        return directory.resolveSibling("postgres-" + name + ".log");
    }

    private static Path binaries(Path programs) throws IOException {
        try (var found = Files.list(programs)) {
            return found.filter(path -> path.getFileName().toString().startsWith("bin-"))
                    .filter(Files::isDirectory)
                    .findFirst()
                    .orElseThrow();
        }
    }

    private void begin() {
        try {
            Files.writeString(
                    primary.data().resolve("pg_hba.conf"),
                    "host all all 127.0.0.1/32 scram-sha-256\nhost replication all 127.0.0.1/32 scram-sha-256\n");
            primary.start();
            attachStandby();
        } catch (IOException | RuntimeException | Error e) {
            close();
            throw e instanceof IOException io ? new UncheckedIOException(io) : sneaky(e);
        }
    }

    private static RuntimeException sneaky(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return (RuntimeException) e;
    }

    PostgresServer primary() {
        return primary;
    }

    PostgresServer standby() {
        return standby;
    }

    /** Both, in an order that never changes. */
    List<PostgresServer> servers() {
        return servers;
    }

    Account account() {
        return account;
    }

    /** Makes the one that is not the primary anew from the primary, and waits until commits wait for it. */
    void attachStandby() {
        try {
            standby.kill();
            Shell.run("rm", "-rf", standby.data().toString());
            Files.createDirectories(standby.data().getParent());
            ServerUser.giveAs(primary.data(), standby.data().getParent());
            BaseBackup.copy(primary, standby.data());
            Path auto = standby.data().resolve("postgresql.auto.conf");
            Files.writeString(
                    auto,
                    "primary_conninfo = 'host=127.0.0.1 port=" + primary.port() + " user=" + account.user()
                            + " password=" + account.password() + " application_name=" + standby + "'\n");
            Files.createFile(standby.data().resolve("standby.signal"));
            ServerUser.giveAs(primary.data(), standby.data());
            standby.start();
            execute(primary, "alter system set synchronous_standby_names = '*'");
            execute(primary, "select pg_reload_conf()");
            awaitInStep();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until the primary's commits go to the standby. */
    void awaitInStep() {
        Eventually.that("the standby follows", LIMIT, () -> "sync"
                .equals(text(primary, "select max(sync_state) from pg_stat_replication where state = 'streaming'")));
    }

    /**
     * Makes the standby the primary. The old one must be dead, or frozen until it is killed: nothing fences it here.
     */
    void promote() {
        try {
            execute(standby, "select pg_promote(true, 30)");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        PostgresServer promoted = standby;
        standby = primary;
        primary = promoted;
    }

    /** Runs one statement on the primary. */
    public void execute(String statement) throws SQLException {
        execute(primary, statement);
    }

    private static void execute(PostgresServer server, String sql) throws SQLException {
        try (Connection connection = server.connect("rig");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String text(PostgresServer server, String query) throws SQLException {
        try (Connection connection = server.connect("rig");
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(query)) {
            return found.next() ? found.getString(1) : null;
        }
    }

    @Override
    public void close() {
        servers.forEach(PostgresServer::close);
    }
}
