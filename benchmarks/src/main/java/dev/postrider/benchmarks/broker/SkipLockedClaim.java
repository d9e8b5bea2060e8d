package dev.postrider.benchmarks.broker;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Claims jobs of some queues, the oldest first. What one turn claimed is deleted at the beginning of the next: in one
 * transaction with its claim, or each alone in a transaction of its own.
 */
final class SkipLockedClaim {
    private static final String CLAIM = "with next as (select id from job where queue = any(?) and claimed_at is null"
            + " order by id limit ? for update skip locked)"
            + " update job set claimed_at = clock_timestamp() from next where job.id = next.id"
            + " returning job.id, job.body";
    /** With one queue the index gives the order; an array of one would not be known to be one. */
    private static final String CLAIM_OF_ONE = CLAIM.replace("queue = any(?)", "queue = ?");

    private final Connection connection;
    private final boolean settleAlone;
    private final Deliveries deliveries;
    private final PreparedStatement claim;
    private final PreparedStatement deleteMany;
    private final PreparedStatement deleteOne;
    private List<Long> unsettled = new ArrayList<>();

    SkipLockedClaim(
            Connection connection, List<String> queues, int batchMax, boolean settleAlone, Deliveries deliveries)
            throws SQLException {
        this.connection = connection;
        this.settleAlone = settleAlone;
        this.deliveries = deliveries;
        if (queues.size() == 1) {
            claim = connection.prepareStatement(CLAIM_OF_ONE);
            claim.setString(1, queues.get(0));
        } else {
            claim = connection.prepareStatement(CLAIM);
            claim.setArray(1, connection.createArrayOf("text", queues.toArray()));
        }
        claim.setInt(2, batchMax);
        deleteMany = connection.prepareStatement("delete from job where id = any(?)");
        deleteOne = connection.prepareStatement("delete from job where id = ?");
    }

    boolean take() throws SQLException {
        int settled = 0;
        if (settleAlone) {
            for (Long id : unsettled) {
                deleteOne.setLong(1, id);
                deleteOne.executeUpdate();
                deliveries.settled(1);
            }
        } else if (!unsettled.isEmpty()) {
            settled = unsettled.size();
            connection.setAutoCommit(false);
            deleteMany.setArray(1, connection.createArrayOf("bigint", unsettled.toArray()));
            deleteMany.executeUpdate();
        }
        List<byte[]> bodies = claim();
        if (settled > 0) {
            connection.commit();
            connection.setAutoCommit(true);
            deliveries.settled(settled);
        }
        bodies.forEach(deliveries::received);
        return !bodies.isEmpty();
    }

    private List<byte[]> claim() throws SQLException {
        unsettled = new ArrayList<>();
        List<byte[]> bodies = new ArrayList<>();
        try (ResultSet rows = claim.executeQuery()) {
            while (rows.next()) {
                unsettled.add(rows.getLong(1));
                bodies.add(rows.getBytes(2));
            }
        }
        return bodies;
    }
}
