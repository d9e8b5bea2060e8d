package dev.postrider.benchmarks.broker;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/** Inserts a batch of jobs by one statement, which is one transaction. */
final class SkipLockedInsert {
    private final Connection connection;
    private final PreparedStatement insert;

    SkipLockedInsert(Connection connection) throws SQLException {
        this.connection = connection;
        this.insert = connection.prepareStatement(
                "insert into job (queue, body) select * from unnest(?::text[], ?::bytea[])");
    }

    void store(List<Batching.Outgoing> batch) throws SQLException {
        String[] queues = batch.stream().map(Batching.Outgoing::queue).toArray(String[]::new);
        byte[][] bodies = batch.stream().map(Batching.Outgoing::body).toArray(byte[][]::new);
        insert.setArray(1, connection.createArrayOf("text", queues));
        insert.setArray(2, connection.createArrayOf("bytea", bodies));
        insert.executeUpdate();
    }
}
