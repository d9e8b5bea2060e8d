package dev.postrider.broker.simulation.model;

import dev.postrider.broker.store.ClaimedDelivery;
import java.util.ArrayList;
import java.util.List;

/** ClaimDeliveries, ClaimAged and ClaimFair: pick and lock rows, then take them, the last one split. */
public class Claims {
    private static final int ROWS_MAX = 1_000;
    private static final long BYTES_MAX = 8 << 20;

    protected final Tables tables;

    protected Claims(Tables tables) {
        this.tables = tables;
    }

    /** Rows until so many unsettled records are held. Locks them. */
    protected List<Row> pick(int queueId, int wanted) {
        return pick(tables.claimable(queueId), wanted);
    }

    /** As {@link #pick}, of a fair queue; nothing that has no turn in it. */
    protected List<Row> pickInTurn(int queueId, int wanted) {
        return pick(tables.claimableInTurn(queueId), wanted);
    }

    /** As {@link #pick}, a priority counting as so much time. */
    List<Row> pickAged(int queueId, int wanted, long ageingMillis) {
        List<Row> claimable = tables.claimable(queueId);
        // Within a priority by chunk, as the index says, whatever the age: heads are compared, not all rows.
        List<Row> inOrder = new ArrayList<>();
        while (!claimable.isEmpty()) {
            Row next = null;
            int seen = -1;
            for (Row row : claimable) {
                boolean head = row.priority != seen;
                seen = row.priority;
                if (head && (next == null || rank(row, ageingMillis) < rank(next, ageingMillis))) {
                    next = row;
                }
            }
            claimable.remove(next);
            inOrder.add(next);
        }
        return pick(inOrder, wanted);
    }

    private static long rank(Row row, long ageingMillis) {
        return row.readyAtMillis - row.priority * ageingMillis;
    }

    private static List<Row> pick(List<Row> claimable, int wanted) {
        List<Row> picked = new ArrayList<>();
        long records = 0;
        long bytes = 0;
        for (Row row : claimable) {
            if (records >= wanted || bytes >= BYTES_MAX || picked.size() >= ROWS_MAX) {
                break;
            }
            picked.add(row);
            row.locked = true;
            records += row.unsettled();
            bytes += row.byteCount;
        }
        return picked;
    }

    /** Gives the picked rows to the owner and unlocks them. */
    protected List<ClaimedDelivery> take(List<Row> picked, long owner, int wanted) {
        List<ClaimedDelivery> claimed = new ArrayList<>();
        int open = wanted;
        for (Row row : picked) {
            int unsettled = row.unsettled();
            if (unsettled > open) {
                split(row, open);
            }
            open -= unsettled;
            row.owner = owner;
            claimed.add(row.claimed());
        }
        unlock(picked);
        return claimed;
    }

    protected final void unlock(List<Row> picked) {
        picked.forEach(row -> row.locked = false);
    }

    private void split(Row row, int wanted) {
        int taken = placeOfCut(row, wanted);
        int takenSettled = row.settledCount == 0 ? 0 : taken - wanted;
        int takenBytes = (int) ((long) row.byteCount * taken / row.count);
        Row rest = new Row(row, taken, takenBytes, takenSettled);
        row.count = taken;
        row.byteCount = takenBytes;
        row.settledCount = takenSettled;
        keep(rest);
    }

    /** Stores what was cut off. */
    protected void keep(Row rest) {
        tables.deliveries.put(rest.key, rest);
    }

    /** Number of records before the unsettled one that comes after the n-th. */
    static int placeOfCut(Row row, int wanted) {
        int unsettled = 0;
        for (int i = 0; i < row.count; i++) {
            unsettled += row.isSettled(row.key.first() + i) ? 0 : 1;
            if (unsettled > wanted) {
                return i;
            }
        }
        throw new IllegalStateException("Only " + unsettled + " of " + wanted + " records are unsettled in " + row);
    }
}
