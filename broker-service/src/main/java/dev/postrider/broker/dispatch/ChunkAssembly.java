package dev.postrider.broker.dispatch;

import dev.postrider.broker.store.KeptChunks;
import dev.postrider.broker.store.NewChunk;
import dev.postrider.broker.store.NewDelivery;
import dev.postrider.protocol.codec.RecordBatchWriter;
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

    private static final Comparator<Append> BY_DELIVERY = Comparator.comparing(
            Append::delivery,
            Comparator.comparing(Append.DeliveryTraits::kept)
                    .thenComparingInt(delivery -> -delivery.priority())
                    .thenComparingLong(Append.DeliveryTraits::readyAtMillis)
                    .thenComparingLong(Append.DeliveryTraits::expiresAtMillis));

    private final QueueDispatcher queue;
    private final DispatchSettings settings;
    private final BrokerSession session;
    private final List<Append> appends = new ArrayList<>();
    private final List<Stored> stored = new ArrayList<>();
    /** The append that comes next, and how many of its records are in chunks already. */
    private int at;

    private int taken;

    /** A chunk as built, and how many of which delivery's records this broker keeps. */
    record Stored(QueueDispatcher queue, NewChunk chunk, List<NewDelivery> owned, boolean hasRest) {}

    ChunkAssembly(QueueDispatcher queue, DispatchSettings settings, BrokerSession session) {
        this.queue = queue;
        this.settings = settings;
        this.session = session;
    }

    /** True if what is due then lies in a kept chunk; 0: at once. */
    boolean keeps(long readyAtMillis) {
        return readyAtMillis > session.nowMillis() + KEPT_FROM_MILLIS;
    }

    /** Adds records. */
    void add(Append append) {
        appends.add(append);
    }

    /** Builds the chunks. */
    List<Stored> build() {
        appends.sort(BY_DELIVERY);
        while (at < appends.size()) {
            buildChunk();
        }
        return stored;
    }

    private void buildChunk() {
        boolean kept = appends.get(at).delivery().kept();
        Building chunk = new Building(session.nextChunkId(), kept);
        while (hasRoom(chunk) && appends.get(at).delivery().kept() == kept) {
            buildRun(chunk);
        }
        chunk.deliveries.addAll(chunk.owned);
        int count = chunk.writer.count();
        NewChunk built = new NewChunk(chunk.id, chunk.writer.finish(), count, chunk.deliveries);
        stored.add(new Stored(queue, built, chunk.owned, chunk.hasRest));
    }

    private void buildRun(Building chunk) {
        int bytesBefore = chunk.writer.size();
        int first = chunk.writer.count();
        Append head = appends.get(at);
        do {
            take(chunk);
        } while (hasRoom(chunk) && BY_DELIVERY.compare(head, appends.get(at)) == 0);
        int count = chunk.writer.count() - first;
        int bytes = chunk.writer.size() - bytesBefore;
        boolean ready = head.delivery().readyAtMillis() == 0;
        int kept = ready ? queue.reserve(count) : 0;
        int keptBytes = (int) ((long) bytes * kept / count);
        if (kept > 0) {
            chunk.owned.add(delivery(head.delivery(), first, kept, keptBytes, session.brokerId()));
        }
        if (kept < count) {
            chunk.deliveries.add(delivery(head.delivery(), first + kept, count - kept, bytes - keptBytes, 0));
            chunk.hasRest |= ready;
        }
    }

    /** True if there is another record, and the chunk has room for it and for those that it should stay with. */
    private boolean hasRoom(Building chunk) {
        return at < appends.size() && chunk.fits(appends.get(at).piece(taken));
    }

    /** Takes as many records of the next append as the chunk has room for. */
    private void take(Building chunk) {
        Append next = appends.get(at);
        int some = next.fitting(
                taken,
                settings.chunkRecordsMax() - chunk.writer.count(),
                settings.chunkBytesMax() - chunk.writer.size());
        int first = chunk.writer.count();
        next.writeTo(chunk.writer, taken, some);
        next.places().are(taken, some, KeptChunks.originalId(chunk.id), first);
        taken += some;
        if (taken == next.count()) {
            at++;
            taken = 0;
        }
    }

    /** A chunk in the making. */
    private final class Building {
        private final long id;
        private final RecordBatchWriter writer = new RecordBatchWriter();
        private final List<NewDelivery> deliveries = new ArrayList<>();
        private final List<NewDelivery> owned = new ArrayList<>();
        private boolean hasRest;

        Building(long id, boolean kept) {
            this.id = kept ? KeptChunks.keptId(id) : id;
        }

        boolean fits(int piece) {
            return writer.count() == 0
                    || writer.count() <= settings.chunkRecordsMax() - piece && writer.size() < settings.chunkBytesMax();
        }
    }

    private NewDelivery delivery(Append.DeliveryTraits traits, int first, int count, int bytes, long owner) {
        return new NewDelivery(
                queue.definition().id(),
                first,
                count,
                bytes,
                traits.priority(),
                traits.readyAtMillis(),
                traits.expiresAtMillis(),
                owner);
    }
}
