package dev.postrider.sample.signup.database;

import dev.postrider.outbox.OutboxSchema;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** Brings the database's tables to what this version of the application needs. */
public final class Schema {
    private static final String SCRIPT = "/db/schema.sql";
    private static final String LOCK = "select pg_advisory_xact_lock(hashtext('dev.postrider.sample.signup'))";

    private Schema() {}

    /**
     * Creates what is absent, the outbox included, in one transaction and under a lock: several instances may start at
     * once.
     */
    public static void apply(DatabaseAddress address) throws SQLException {
        try (Connection connection = address.connect()) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute(LOCK);
                statement.execute(script());
                OutboxSchema.createIfAbsent(connection);
            }
            connection.commit();
        }
    }

    private static String script() {
        try (InputStream stream = Schema.class.getResourceAsStream(SCRIPT)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
