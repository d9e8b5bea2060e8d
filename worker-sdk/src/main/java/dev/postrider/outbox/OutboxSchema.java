package dev.postrider.outbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The outbox's tables, in the first schema of the connection's {@code search_path}. The script is the resource
 * {@code dev/postrider/outbox/outbox.sql}: an application with migrations of its own copies it into them instead.
 */
public final class OutboxSchema {
    private static final String RESOURCE = "outbox.sql";
    private static final String LOCK = "select pg_advisory_xact_lock(hashtext('dev.postrider.outbox'))";
    private static final String FIND_LAST_TABLE = "select to_regclass('outbox_failure') is not null";

    private OutboxSchema() {}

    /** The script: several statements that create what is absent. */
    public static String script() {
        try (InputStream stream = OutboxSchema.class.getResourceAsStream(RESOURCE)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Creates the tables and indexes if they are absent; safe when several instances start at once. Runs in the
     * connection's transaction if it has one, otherwise in its own.
     *
     * @throws SQLException if the role may not create tables, or the connection fails
     */
    public static void createIfAbsent(Connection connection) throws SQLException {
        if (!connection.getAutoCommit()) {
            create(connection);
            return;
        }
        connection.setAutoCommit(false);
        try {
            create(connection);
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    private static void create(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            // "if not exists" alone is not enough: two sessions that find a table absent collide in the catalogue,
            // and "create index if not exists" waits for writers even when the index is there.
            statement.execute(LOCK);
            if (!exists(statement)) {
                statement.execute(script());
            }
        }
    }

    private static boolean exists(Statement statement) throws SQLException {
        try (ResultSet result = statement.executeQuery(FIND_LAST_TABLE)) {
            return result.next() && result.getBoolean(1);
        }
    }
}
