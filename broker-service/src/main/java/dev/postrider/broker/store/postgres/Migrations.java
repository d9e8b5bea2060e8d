package dev.postrider.broker.store.postgres;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.flywaydb.core.Flyway;

/**
 * Brings the schema up to date. Several brokers may do it at once: Flyway holds an advisory lock, the others wait and
 * find the work done. Blocks; call it before the event loops start.
 */
public final class Migrations {
    /** Below this the server lacks what the statements use. */
    static final int SERVER_VERSION_MIN = 15;

    /** Migrating takes seconds; two minutes of retries cover a slow replica ahead of us. */
    private static final int LOCK_RETRIES = 120;

    private Migrations() {}

    /**
     * Migrates.
     *
     * @throws IllegalStateException if the server is too old, or a migration fails, with the reason
     */
    public static void run(DatabaseUrl url) {
        run(url.jdbcUrl(), url.user(), url.password());
    }

    /** As {@link #run(DatabaseUrl)}. */
    public static void run(String jdbcUrl, String user, String password) {
        refuseOldServer(jdbcUrl, user, password);
        Flyway.configure(Migrations.class.getClassLoader())
                .dataSource(jdbcUrl, user, password)
                .locations("classpath:db/migration")
                .table("postrider_schema_history")
                .lockRetryCount(LOCK_RETRIES)
                .load()
                .migrate();
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
