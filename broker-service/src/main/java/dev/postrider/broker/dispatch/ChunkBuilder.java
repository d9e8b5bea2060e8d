package dev.postrider.broker.dispatch;

import dev.postrider.broker.store.KeptChunks;
import dev.postrider.broker.store.NewChunk;
import dev.postrider.broker.store.NewDelivery;
import dev.postrider.protocol.codec.RecordBatchReader;
import dev.postrider.protocol.codec.RecordBatchWriter;
import java.util.ArrayList;
import java.util.List;

/** One chunk, while records are put into it and afterwards. Not thread-safe. */
final class ChunkBuilder {
    private final long id;
    private final int recordsMax;
    private final int bytesMax;
    private final List<NewDelivery> deliveries = new ArrayList<>();
    private RecordBatchWriter writer = new RecordBatchWriter();
    private NewChunk row;
    private int flags;
    private RecordBatchReader records;

    /** @param kept true: it is to lie apart from its slice */
    ChunkBuilder(long id, boolean kept, int recordsMax, int bytesMax) {
        this.id = kept ? KeptChunks.keptId(id) : id;
        this.recordsMax = recordsMax;
        this.bytesMax = bytesMax;
    }

    /** True if so many records more have room that should stay together. The first ones always have. */
    boolean fits(int piece) {
        return writer.count() == 0 || writer.count() <= recordsMax - piece && writer.size() < bytesMax;
    }

    int count() {
        return writer.count();
    }

    int size() {
        return writer.size();
    }

    /**
     * Takes as many records of an append as there is room for, 1 at least.
     *
     * @param taken how many of it lie in chunks already
     * @return how many it took
     */
    int take(Append append, int taken) {
        int some = append.fitting(taken, recordsMax - writer.count(), bytesMax - writer.size());
        int first = writer.count();
        append.writeTo(writer, taken, some);
        append.places().are(taken, some, KeptChunks.originalId(id), first);
        return some;
    }

    void owe(NewDelivery delivery) {
        deliveries.add(delivery);
    }

    /** How many records all queues together owe of it. */
    int owed() {
        int owed = 0;
        for (NewDelivery delivery : deliveries) {
            // What a topic retains is under no queue's id, and nobody settles it.
            owed += delivery.queueId() < 0 ? 0 : delivery.owed();
        }
        return owed;
    }

    /** Ends the chunk: nothing may be put into it any more. */
    NewChunk finish() {
        int count = writer.count();
        flags = writer.flags();
        row = new NewChunk(id, writer.finish(), count, deliveries);
        writer = null;
        return row;
    }

    /** The chunk's id, as stored. */
    long id() {
        return id;
    }

    /** The records of the finished chunk; all who ask share them. */
    RecordBatchReader records() {
        if (records == null) {
            records = RecordBatchReader.ofWritten(row.records(), flags);
        }
        return records;
    }
}
