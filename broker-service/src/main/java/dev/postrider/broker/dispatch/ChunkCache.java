package dev.postrider.broker.dispatch;

import dev.postrider.protocol.codec.RecordBatchReader;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Chunks that are likely to be claimed here soon. A chunk goes when all its records have been settled here; those that
 * others settle go when the bound in bytes is met, the least recently used first.
 */
final class ChunkCache {
    private final long bytesMax;
    private final LinkedHashMap<Long, Entry> chunks = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    private static final class Entry {
        private final RecordBatchReader chunk;
        private int open;

        Entry(RecordBatchReader chunk, int open) {
            this.chunk = chunk;
            this.open = open;
        }
    }

    ChunkCache(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** Null if it is not here. */
    RecordBatchReader get(long chunkId) {
        Entry entry = chunks.get(chunkId);
        return entry == null ? null : entry.chunk;
    }

    void put(long chunkId, RecordBatchReader chunk) {
        put(chunkId, chunk, chunk.count());
    }

    /** @param open how many records the queues owe together: one of a topic counts for each */
    void put(long chunkId, RecordBatchReader chunk, int open) {
        Entry before = chunks.put(chunkId, new Entry(chunk, open));
        bytes += chunk.byteCount() - (before == null ? 0 : before.chunk.byteCount());
        Iterator<Map.Entry<Long, Entry>> oldest = chunks.entrySet().iterator();
        while (bytes > bytesMax && oldest.hasNext()) {
            bytes -= oldest.next().getValue().chunk.byteCount();
            oldest.remove();
        }
    }

    /** So many records of the chunk are settled for good. */
    void settled(long chunkId, int records) {
        Entry entry = chunks.get(chunkId);
        if (entry != null) {
            entry.open -= records;
            if (entry.open <= 0) {
                chunks.remove(chunkId);
                bytes -= entry.chunk.byteCount();
            }
        }
    }

    long bytes() {
        return bytes;
    }

    void clear() {
        chunks.clear();
        bytes = 0;
    }
}
