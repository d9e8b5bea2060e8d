package dev.postrider.embedded;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Databases for tests, which share one copy of the server's programs, and their SQL. */
final class TestDatabases {
    static final Path BINARIES = Path.of(System.getProperty("postrider.test.binaries", "target/postgresql"))
            .toAbsolutePath();

    private TestDatabases() {}

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
