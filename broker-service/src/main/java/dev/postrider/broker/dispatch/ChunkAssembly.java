package dev.postrider.broker.dispatch;

import dev.postrider.broker.store.KeptChunks;
import dev.postrider.broker.store.NewChunk;
import dev.postrider.broker.store.NewDelivery;
import dev.postrider.protocol.MessageIds;
import dev.postrider.protocol.codec.RecordBatchWriter;
import dev.postrider.protocol.record.MessageRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Turns the records that one commit appends to one queue into chunks: sorted by priority, due time and expiry, so
 * that each run of equals is one delivery. Used once. Not thread-safe.
 */
final class ChunkAssembly {
    /** What is due later than this lies in a kept chunk, so that it does not hold on to a slice of its time. */
    static final long KEPT_FROM_MILLIS = 60_000;

    private static final Comparator<Append> BY_DELIVERY = Comparator.comparing((Append append) -> append.kept)
            .thenComparingInt(append -> -append.record.priority())
            .thenComparingLong(append -> append.readyAtMillis)
            .thenComparingLong(append -> append.expiresAtMillis);

    private final QueueDispatcher queue;
    private final DispatchSettings settings;
    private final BrokerSession session;
    private final List<Append> appends = new ArrayList<>();
    private final List<Stored> stored = new ArrayList<>();

    /** Takes the id that a message got, once its chunk is built. */
    interface IdSink {
        void accept(String id);
    }

    /** A chunk as built, and how many of which delivery's records this broker keeps. */
    record Stored(QueueDispatcher queue, NewChunk chunk, List<NewDelivery> owned, boolean hasRest) {}

    private record Append(MessageRecord record, boolean kept, long readyAtMillis, long expiresAtMillis, IdSink ids) {}

    ChunkAssembly(QueueDispatcher queue, DispatchSettings settings, BrokerSession session) {
        this.queue = queue;
        this.settings = settings;
        this.session = session;
    }

    /**
     * Adds a record.
     *
     * @param readyAtMillis 0: ready at once
     * @param expiresAtMillis 0: never
     */
    void add(MessageRecord record, long readyAtMillis, long expiresAtMillis, IdSink ids) {
        boolean kept = readyAtMillis > session.nowMillis() + KEPT_FROM_MILLIS;
        appends.add(new Append(record, kept, readyAtMillis, expiresAtMillis, ids));
    }

    /** Builds the chunks. */
    List<Stored> build() {
        appends.sort(BY_DELIVERY);
        for (int from = 0; from < appends.size(); ) {
            from = buildChunk(from);
        }
        return stored;
    }

    private int buildChunk(int from) {
        boolean kept = appends.get(from).kept;
        long id = session.nextChunkId();
        Building chunk = new Building(kept ? KeptChunks.keptId(id) : id, from);
        int at = from;
        while (at < appends.size() && chunk.fits() && appends.get(at).kept == kept) {
            at = buildRun(chunk, at);
        }
        chunk.deliveries.addAll(chunk.owned);
        NewChunk built = new NewChunk(chunk.id, chunk.writer.finish(), at - from, chunk.deliveries);
        stored.add(new Stored(queue, built, chunk.owned, chunk.hasRest));
        return at;
    }

    private int buildRun(Building chunk, int start) {
        int bytesBefore = chunk.writer.size();
        Append head = appends.get(start);
        int at = start;
        do {
            chunk.append(appends.get(at), at - chunk.from);
            at++;
        } while (at < appends.size() && chunk.fits() && BY_DELIVERY.compare(head, appends.get(at)) == 0);
        int count = at - start;
        int bytes = chunk.writer.size() - bytesBefore;
        int kept = head.readyAtMillis == 0 ? queue.reserve(count) : 0;
        int keptBytes = (int) ((long) bytes * kept / count);
        int first = start - chunk.from;
        if (kept > 0) {
            chunk.owned.add(delivery(head, first, kept, keptBytes, session.brokerId()));
        }
        if (kept < count) {
            chunk.deliveries.add(delivery(head, first + kept, count - kept, bytes - keptBytes, 0));
            chunk.hasRest |= head.readyAtMillis == 0;
        }
        return at;
    }

    /** A chunk in the making. */
    private final class Building {
        private final long id;
        private final int from;
        private final RecordBatchWriter writer = new RecordBatchWriter();
        private final List<NewDelivery> deliveries = new ArrayList<>();
        private final List<NewDelivery> owned = new ArrayList<>();
        private boolean hasRest;

        Building(long id, int from) {
            this.id = id;
            this.from = from;
        }

        boolean fits() {
            return writer.count() == 0
                    || writer.count() < settings.chunkRecordsMax() && writer.size() < settings.chunkBytesMax();
        }

        void append(Append append, int index) {
            writer.append(append.record);
            String chosen = append.record.id();
            append.ids.accept(chosen != null ? chosen : MessageIds.derived(KeptChunks.originalId(id), index));
        }
    }

    private NewDelivery delivery(Append head, int first, int count, int bytes, long owner) {
        return new NewDelivery(
                queue.definition().id(),
                first,
                count,
                bytes,
                head.record.priority(),
                head.readyAtMillis,
                head.expiresAtMillis,
                owner);
    }
}
