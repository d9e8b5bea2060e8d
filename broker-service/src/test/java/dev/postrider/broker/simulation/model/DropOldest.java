package dev.postrider.broker.simulation.model;

import dev.postrider.broker.store.Excess;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The statement DropOldest. */
final class DropOldest {
    private final Tables tables;

    DropOldest(Tables tables) {
        this.tables = tables;
    }

    /** Answers how many messages went, by queue. */
    Map<Integer, Long> apply(List<Excess> excesses) {
        Map<Integer, Long> dropped = new TreeMap<>();
        excesses.forEach(excess -> dropped.put(excess.queueId(), apply(excess)));
        return dropped;
    }

    private long apply(Excess excess) {
        long messages = excess.messages();
        long bytes = excess.bytes();
        long dropped = 0;
        for (Row row : new ArrayList<>(tables.deliveries.values())) {
            if (row.key.queueId() != excess.queueId() || !row.isReady() || row.locked) {
                continue;
            }
            if (messages <= 0 && bytes <= 0) {
                break;
            }
            long wanted = Math.max(messages, wantedFor(row, bytes));
            messages -= row.unsettled();
            bytes -= row.unsettledBytes();
            dropped += Math.min(wanted, row.unsettled());
            drop(row, wanted);
        }
        return dropped;
    }

    private static long wantedFor(Row row, long bytes) {
        if (bytes <= 0) {
            return 0;
        }
        return row.byteCount == 0 ? row.unsettled() : (bytes * row.count + row.byteCount - 1) / row.byteCount;
    }

    private void drop(Row row, long wanted) {
        tables.delete(row);
        if (row.unsettled() > wanted) {
            int taken = Claims.placeOfCut(row, (int) wanted);
            int takenSettled = row.settledCount == 0 ? 0 : taken - (int) wanted;
            Row rest = new Row(row, taken, (int) ((long) row.byteCount * taken / row.count), takenSettled);
            tables.deliveries.put(rest.key, rest);
        }
        tables.dropUnowedChunks(List.of(row.key.chunkId()));
    }
}
