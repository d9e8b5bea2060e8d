package dev.postrider.outbox;

import dev.postrider.outbox.ClaimRows.Claimed;
import dev.postrider.outbox.ClaimRows.RowKey;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Chooses the rows of one relay pass: claimed by this transaction, within the batch's bounds, and with no earlier row
 * of their key outside of it.
 */
final class RowSelection {
    // Enough to get past a relay that holds many keys; beyond that the next pass goes on.
    private static final int ROUNDS_MAX = 8;

    private final int limit;
    private final long bytesMax;
    private final List<Claimed> chosen = new ArrayList<>();
    private final Set<Long> held = new HashSet<>();
    private final Set<RowKey> gatedKeys = new HashSet<>();
    private long bytes;
    private boolean full;

    private RowSelection(int limit, long bytesMax) {
        this.limit = limit;
        this.bytesMax = bytesMax;
    }

    /**
     * Claims rows in the connection's transaction.
     *
     * @param heldQueues whose rows are left alone
     */
    static RowSelection claim(Connection connection, Set<String> heldQueues, int limit, long bytesMax)
            throws SQLException {
        RowSelection selection = new RowSelection(limit, bytesMax);
        long last = Long.MIN_VALUE;
        for (int round = 0; round < ROUNDS_MAX && !selection.full; round++) {
            int wanted = limit - selection.chosen.size();
            List<Claimed> claimed = ClaimRows.run(connection, last, heldQueues, selection.gatedKeys, wanted);
            selection.take(connection, claimed);
            if (claimed.size() < wanted) {
                break;
            }
            last = claimed.get(claimed.size() - 1).sequence();
        }
        return selection;
    }

    /** In the order in which they were written. */
    List<Claimed> rows() {
        return chosen;
    }

    /** True if the batch's bounds, rather than the end of the table, ended the selection. */
    boolean isFull() {
        return full;
    }

    private void take(Connection connection, List<Claimed> claimed) throws SQLException {
        claimed.forEach(row -> held.add(row.sequence()));
        Map<RowKey, Long> gates = FindGates.run(connection, claimed, held);
        gatedKeys.addAll(gates.keySet());
        for (Claimed row : claimed) {
            boolean gated = row.key() != null && row.sequence() > gates.getOrDefault(row.key(), Long.MAX_VALUE);
            if (!gated && !full) {
                choose(row);
            }
        }
    }

    private void choose(Claimed row) {
        if (!chosen.isEmpty() && bytes + row.bytes() > bytesMax) {
            // Whatever follows is left out too, small or not: it may be of the same key.
            full = true;
            return;
        }
        bytes += row.bytes();
        chosen.add(row);
        full = chosen.size() >= limit;
    }
}
