package dev.postrider.embedded;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.postgresql.Driver;

/** The module's own visits to the server: makes the database, and asks whether it keeps what it is given. */
final class Session {
    private static final String NO_SUCH_DATABASE = "3D000";

    private final int port;
    private final Credentials credentials;

    /** Who may enter. */
    record Credentials(String user, String password) {}

    Session(int port, Credentials credentials) {
        this.port = port;
        this.credentials = credentials;
    }

    /**
     * Makes the database if it is missing, and asserts there, where its own settings count, that commits last.
     *
     * @throws EmbeddedPostgresException if the password is wrong or a commit would not last
     */
    void prepare(String database) {
        try (Connection connection = connectOrCreate(database)) {
            assertDurable(connection);
        } catch (SQLException e) {
            throw new EmbeddedPostgresException("The embedded database does not let us in: " + e.getMessage(), e);
        }
    }

    private Connection connectOrCreate(String database) throws SQLException {
        try {
            return connect(database);
        } catch (SQLException e) {
            if (!NO_SUCH_DATABASE.equals(e.getSQLState())) {
                throw e;
            }
        }
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("create database " + database);
        }
        return connect(database);
    }

    private Connection connect(String database) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", credentials.user());
        properties.setProperty("password", credentials.password());
        properties.setProperty("connectTimeout", "10");
        properties.setProperty("socketTimeout", "30");
        // Not through DriverManager, which shows a driver only to the class loader that brought it.
        return new Driver()
                .connect("jdbc:postgresql://" + EmbeddedPostgres.HOST + ":" + port + "/" + database, properties);
    }

    private static void assertDurable(Connection connection) throws SQLException {
        Map<String, String> wrong = new TreeMap<>();
        try (Statement statement = connection.createStatement()) {
            for (Map.Entry<String, String> setting : ServerSettings.DURABLE.entrySet()) {
                try (ResultSet answer = statement.executeQuery("show " + setting.getKey())) {
                    answer.next();
                    if (!answer.getString(1).equals(setting.getValue())) {
                        wrong.put(setting.getKey(), answer.getString(1));
                    }
                }
            }
        }
        if (!wrong.isEmpty()) {
            throw new EmbeddedPostgresException("The embedded database would lose what it has confirmed: " + wrong
                    + ". Remove these settings (ALTER DATABASE … RESET, ALTER ROLE … RESET); they must be on.");
        }
    }
}
