package dev.postrider.outbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.UUID;

/** Takes out the rows that the broker has confirmed; what was noted about their failures goes with them. */
final class DeleteRows {
    private static final String SQL = "delete from outbox where id = any (?)";

    private DeleteRows() {}

    static void run(Connection connection, Collection<UUID> ids) throws SQLException {
        if (ids.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(SQL)) {
            statement.setArray(1, connection.createArrayOf("uuid", ids.toArray()));
            statement.executeUpdate();
        }
    }
}
