package dev.postrider.benchmarks.profile;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks PostgreSQL fifty times a second what its backends are doing, and writes a line for each that does something:
 * milliseconds since 1970, what it waits for ({@code -}: for nothing, so it computes), and how its statement begins.
 * Runs on a thread of its own until it is closed.
 */
public final class DatabaseWaits implements AutoCloseable {
    private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int PORT_LINE = 3;
    private static final String QUESTION =
            """
            select coalesce(wait_event_type || ' ' || wait_event, '-'),
              regexp_replace(left(query, 300), '\\s+', ' ', 'g')
            from pg_stat_activity
            where state = 'active' and pid <> pg_backend_pid() and backend_type = 'client backend'
            """;

    private final Thread thread;
    private volatile boolean closed;

    /** Samples the embedded PostgreSQL whose data are in {@code directory} into {@code file}. */
    public DatabaseWaits(Path directory, Path file) {
        thread = new Thread(() -> sample(directory, file), "database waits");
        thread.setDaemon(true);
        thread.start();
    }

    private void sample(Path directory, Path file) {
        try (Connection connection = connect(directory);
                Statement statement = connection.createStatement();
                PrintWriter lines = new PrintWriter(Files.newBufferedWriter(file))) {
            while (!closed) {
                long now = System.currentTimeMillis();
                try (ResultSet rows = statement.executeQuery(QUESTION)) {
                    while (rows.next()) {
                        lines.println(now + "\t" + rows.getString(1) + "\t" + rows.getString(2));
                    }
                }
                LockSupport.parkNanos(INTERVAL_NANOS);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Connection connect(Path directory) throws IOException, SQLException {
        List<String> postmaster = Files.readAllLines(directory.resolve("pgdata/postmaster.pid"));
        String password = Files.readString(directory.resolve("password")).strip();
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + postmaster.get(PORT_LINE).strip() + "/postrider",
                "postrider",
                password);
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
