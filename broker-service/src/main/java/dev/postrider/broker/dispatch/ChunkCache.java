package dev.postrider.broker.dispatch;

import dev.postrider.protocol.codec.RecordBatchReader;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Chunks that are likely to be claimed here soon, bounded by bytes; the least recently used go first. */
final class ChunkCache {
    private final long bytesMax;
    private final LinkedHashMap<Long, RecordBatchReader> chunks = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    ChunkCache(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    RecordBatchReader get(long chunkId) {
        return chunks.get(chunkId);
    }

    void put(long chunkId, RecordBatchReader chunk) {
        RecordBatchReader before = chunks.put(chunkId, chunk);
        bytes += chunk.byteCount() - (before == null ? 0 : before.byteCount());
        Iterator<Map.Entry<Long, RecordBatchReader>> oldest = chunks.entrySet().iterator();
        while (bytes > bytesMax && oldest.hasNext()) {
            bytes -= oldest.next().getValue().byteCount();
            oldest.remove();
        }
    }

    void remove(long chunkId) {
        RecordBatchReader before = chunks.remove(chunkId);
        if (before != null) {
            bytes -= before.byteCount();
        }
    }

    void clear() {
        chunks.clear();
        bytes = 0;
    }
}
