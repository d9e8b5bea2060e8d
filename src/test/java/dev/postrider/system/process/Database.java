package dev.postrider.system.process;

import dev.postrider.embedded.EmbeddedPostgres;
import dev.postrider.embedded.EmbeddedPostgresOptions;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** A PostgreSQL server beside the brokers, as an operator would run one. */
public final class Database implements AutoCloseable {
    private final EmbeddedPostgres server;

    Database(Path directory) {
        server = EmbeddedPostgres.start(
                EmbeddedPostgresOptions.in(directory).withBinariesDirectory(ServerPrograms.shared()));
    }

    /** The address in the form that a broker takes. */
    public String url() {
        return server.url();
    }

    /** How many rows all tables hold together. */
    public long rows() throws SQLException {
        try (Connection connection = connect()) {
            long rows = 0;
            for (String table : tables(connection)) {
                rows += number(connection, "select count(*) from " + table);
            }
            return rows;
        }
    }

    /** How many rows have been inserted or updated so far. */
    public long rowsWritten() throws SQLException {
        try (Connection connection = connect()) {
            // Sessions report their figures when idle for a while; this asks for them now.
            number(connection, "select 1 from pg_stat_force_next_flush()");
            return number(connection, "select coalesce(sum(n_tup_ins + n_tup_upd), 0) from pg_stat_user_tables");
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
    }

    private static List<String> tables(Connection connection) throws SQLException {
        List<String> tables = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet found =
                        // A partitioned table has no rows of its own.
                        statement.executeQuery("select oid::regclass::text from pg_class where relkind = 'r'"
                                + " and relnamespace::regnamespace::text not in ('pg_catalog', 'information_schema')"
                                + " and relpersistence <> 't'")) {
            while (found.next()) {
                tables.add(found.getString(1));
            }
        }
        return tables;
    }

    private static long number(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(query)) {
            found.next();
            return found.getLong(1);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
