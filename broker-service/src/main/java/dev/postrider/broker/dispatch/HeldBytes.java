package dev.postrider.broker.dispatch;

import dev.postrider.broker.delivery.ClaimedRange;
import dev.postrider.protocol.codec.RecordBatchReader;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * How many bytes of claimed chunks this broker holds, over all queues. Credit bounds messages, and messages may be
 * large: beyond the bound nothing more is claimed until something is settled. A chunk counts once, however many ranges
 * of it are held, and as a whole, however little is left of them.
 */
final class HeldBytes {
    private final long bytesMax;
    private final Map<RecordBatchReader, Integer> ranges = new IdentityHashMap<>();
    private long bytes;

    HeldBytes(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    void add(ClaimedRange range) {
        if (ranges.merge(range.records(), 1, Integer::sum) == 1) {
            bytes += range.records().byteCount();
        }
    }

    /** Call before the range drops its records. */
    void remove(ClaimedRange range) {
        if (ranges.computeIfPresent(range.records(), (chunk, held) -> held == 1 ? null : held - 1) == null) {
            bytes -= range.records().byteCount();
        }
    }

    long bytes() {
        return bytes;
    }

    boolean isFull() {
        return bytes >= bytesMax;
    }
}
