package dev.postrider.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Databases for tests, which share one copy of the server's programs, and their SQL. */
final class TestDatabases {
    static final Path BINARIES = Path.of(System.getProperty("postrider.test.binaries", "target/postgresql"))
            .toAbsolutePath();

    private static Path fresh;

    private TestDatabases() {}

    /** Fills {@code data} with a database that has been started once: a copy of the one that all tests share. */
    static Path fill(Path data) throws IOException, InterruptedException {
        synchronized (TestDatabases.class) {
            if (fresh == null) {
                Path made = Files.createTempDirectory(BINARIES.getParent(), "fresh-");
                start(made).close();
                fresh = made;
                Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(made)));
            }
        }
        Files.createDirectories(data);
        copy(fresh.resolve("pgdata"), data);
        copy(fresh.resolve("password"), data);
        return data;
    }

    private static void delete(Path directory) {
        try {
            FileTree.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Copies with owners and permissions, into a directory that exists. */
    static void copy(Path from, Path into) throws IOException, InterruptedException {
        if (!Command.succeeds(List.of("cp", "-a", from.toString(), into.toString()))) {
            throw new IOException("cannot copy " + from + " into " + into);
        }
    }

    static EmbeddedPostgresOptions in(Path data) {
        return EmbeddedPostgresOptions.in(data).withBinariesDirectory(BINARIES);
    }

    static EmbeddedPostgres start(Path data) {
        return EmbeddedPostgres.start(in(data));
    }

    static Connection connect(EmbeddedPostgres database) throws SQLException {
        return DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
    }

    static void execute(EmbeddedPostgres database, String sql) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static String query(EmbeddedPostgres database, String sql) throws SQLException {
        try (Connection connection = connect(database)) {
            return query(connection, sql);
        }
    }

    static String query(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
