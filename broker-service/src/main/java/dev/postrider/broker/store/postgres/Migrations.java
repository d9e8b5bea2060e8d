package dev.postrider.broker.store.postgres;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.flywaydb.core.Flyway;

/**
 * Brings the schema up to date. Several brokers may do it at once: Flyway holds an advisory lock, the others wait and
 * find the work done. Blocks; call it before the event loops start.
 */
public final class Migrations {
    /** Below this the server lacks what the statements use. */
    static final int SERVER_VERSION_MIN = 15;

    private static final int ANSWER_SECONDS_MAX = 3;

    /** Migrating takes seconds; two minutes of retries cover a slow replica ahead of us. */
    private static final int LOCK_RETRIES = 120;

    /** Classes of SQLSTATE: no connection, out of resources, shutting down or starting up. */
    private static final List<String> UNAVAILABLE = List.of("08", "53", "57P");

    private Migrations() {}

    /**
     * Migrates.
     *
     * @throws IllegalStateException if the server is too old, or a migration fails, with the reason
     */
    public static void run(DatabaseUrl url) {
        // The driver remembers for a while which host did not answer, and asks the others first.
        refuseOldServer(url.jdbcUrl(ANSWER_SECONDS_MAX), url.user(), url.password());
        migrate(url.jdbcUrl(), url.user(), url.password());
    }

    /** As {@link #run(DatabaseUrl)}. */
    public static void run(String jdbcUrl, String user, String password) {
        refuseOldServer(jdbcUrl, user, password);
        migrate(jdbcUrl, user, password);
    }

    private static void migrate(String jdbcUrl, String user, String password) {
        Flyway.configure(Migrations.class.getClassLoader())
                .dataSource(jdbcUrl, user, password)
                .locations("classpath:db/migration")
                .table("postrider_schema_history")
                .lockRetryCount(LOCK_RETRIES)
                .load()
                .migrate();
    }

    /** True if a later try of {@link #run(DatabaseUrl)} may succeed: the server was not there or not ready. */
    public static boolean isWorthRetrying(RuntimeException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException e && e.getSQLState() != null) {
                String state = e.getSQLState();
                return UNAVAILABLE.stream().anyMatch(state::startsWith);
            }
        }
        return false;
    }

    private static void refuseOldServer(String jdbcUrl, String user, String password) {
        try (Connection connection = DriverManager.getConnection(jdbcUrl, user, password)) {
            int version = connection.getMetaData().getDatabaseMajorVersion();
            if (version < SERVER_VERSION_MIN) {
                throw new IllegalStateException(
                        "Postrider needs PostgreSQL " + SERVER_VERSION_MIN + " or newer, this server is "
                                + connection.getMetaData().getDatabaseProductVersion());
            }
        } catch (SQLException e) {
            throw new IllegalStateException("The database cannot be reached: " + e.getMessage(), e);
        }
    }
}
