package dev.postrider.broker.dispatch;

import dev.postrider.broker.store.NewChunk;
import dev.postrider.broker.store.NewDelivery;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns the records that one commit appends into chunks: those of a queue sorted by priority, due time and expiry, so
 * that each run of equals is one delivery. Queues with few records share chunks, since each chunk is a row: a commit
 * for a hundred queues with some messages each needs one. Used once. Not thread-safe.
 */
final class ChunkAssembly {
    /** What is due later than this lies in a kept chunk, so that it does not hold on to a slice of its time. */
    static final long KEPT_FROM_MILLIS = 60_000;

    /** A queue with more has chunks of its own: whoever claims its records reads no others with them. */
    private static final int SHARING_RECORDS_MAX = 128;

    private static final int SHARING_BYTES_MAX = 16 * 1024;
    /** What a reader of a few records may get to read in all. */
    private static final int SHARED_RECORDS_MAX = 1_024;

    private static final int SHARED_BYTES_MAX = 64 * 1024;

    private static final Comparator<Append> BY_DELIVERY = Comparator.comparing(
            Append::delivery,
            Comparator.comparing(Append.DeliveryTraits::kept)
                    .thenComparingInt(delivery -> -delivery.priority())
                    .thenComparingLong(Append.DeliveryTraits::readyAtMillis)
                    .thenComparingLong(Append.DeliveryTraits::expiresAtMillis));

    /** Records of an ordered queue keep the order in which they came, whatever their priorities. */
    private static final Comparator<Append> BY_ORDER = Comparator.comparing(
            Append::delivery,
            Comparator.comparing(Append.DeliveryTraits::kept)
                    .thenComparing(Append.DeliveryTraits::holds)
                    .thenComparingLong(Append.DeliveryTraits::readyAtMillis));

    private final DispatchSettings settings;
    private final BrokerSession session;
    private final Map<QueueDispatcher, List<Append>> appends = new LinkedHashMap<>();
    private final List<ChunkBuilder> chunks = new ArrayList<>();
    private final List<Stored> stored = new ArrayList<>();
    /** The chunk that queues share at present, and the kept one; null: there is none yet. */
    private ChunkBuilder shared;

    private ChunkBuilder sharedKept;

    /**
     * What lies in a chunk of one queue.
     *
     * @param deliveries all of it
     * @param owned those of them that this broker keeps
     * @param hasRest true if there is something among the others that is ready
     */
    record Stored(
            QueueDispatcher queue,
            ChunkBuilder chunk,
            List<NewDelivery> deliveries,
            List<NewDelivery> owned,
            boolean hasRest) {}

    ChunkAssembly(DispatchSettings settings, BrokerSession session) {
        this.settings = settings;
        this.session = session;
    }

    /** True if what is due then lies in a kept chunk; 0: at once. */
    boolean keeps(long readyAtMillis) {
        return readyAtMillis > session.nowMillis() + KEPT_FROM_MILLIS;
    }

    /** Adds records to a queue. */
    void add(QueueDispatcher queue, Append append) {
        appends.computeIfAbsent(queue, absent -> new ArrayList<>()).add(append);
    }

    /** Builds the chunks, and {@link #stored} with them. */
    List<NewChunk> build() {
        appends.forEach((queue, some) -> new Part(queue, some).build());
        List<NewChunk> rows = new ArrayList<>(chunks.size());
        for (ChunkBuilder chunk : chunks) {
            rows.add(chunk.finish());
        }
        return rows;
    }

    /** What was built, queue by queue and chunk by chunk. */
    List<Stored> stored() {
        return stored;
    }

    private ChunkBuilder begin(boolean kept, int recordsMax, int bytesMax) {
        ChunkBuilder chunk = new ChunkBuilder(session.nextChunkId(), kept, recordsMax, bytesMax);
        chunks.add(chunk);
        return chunk;
    }

    private ChunkBuilder shared(boolean kept, int piece) {
        ChunkBuilder open = kept ? sharedKept : shared;
        if (open == null || !open.fits(piece)) {
            open = begin(
                    kept,
                    Math.min(SHARED_RECORDS_MAX, settings.chunkRecordsMax()),
                    Math.min(SHARED_BYTES_MAX, settings.chunkBytesMax()));
            if (kept) {
                sharedKept = open;
            } else {
                shared = open;
            }
        }
        return open;
    }

    /** The records of one queue on their way. */
    private final class Part {
        private final QueueDispatcher queue;
        private final List<Append> appends;
        private final boolean shares;
        private final Comparator<Append> order;
        /** Null: the queue is not ordered. */
        private final PartitionedRun partitioned;
        /** The append that comes next, and how many of its records are in chunks already. */
        private int at;

        private int taken;

        Part(QueueDispatcher queue, List<Append> appends) {
            this.queue = queue;
            this.appends = appends;
            this.partitioned = queue.partitions() == null ? null : new PartitionedRun(queue.partitions());
            this.order = partitioned == null ? BY_DELIVERY : BY_ORDER;
            this.shares = ChunkAssembly.this.appends.size() > 1 && areFew();
        }

        private boolean areFew() {
            int count = 0;
            long bytes = 0;
            for (Append append : appends) {
                count += append.count();
                bytes += append.bytes();
            }
            return count <= SHARING_RECORDS_MAX && bytes <= SHARING_BYTES_MAX;
        }

        void build() {
            appends.sort(order);
            while (at < appends.size()) {
                boolean kept = appends.get(at).delivery().kept();
                ChunkBuilder chunk = shares
                        ? shared(kept, appends.get(at).piece(taken))
                        : begin(kept, settings.chunkRecordsMax(), settings.chunkBytesMax());
                fill(chunk, kept);
            }
        }

        private void fill(ChunkBuilder chunk, boolean kept) {
            List<NewDelivery> owned = new ArrayList<>();
            List<NewDelivery> rest = new ArrayList<>();
            boolean hasRest = false;
            while (hasRoom(chunk) && appends.get(at).delivery().kept() == kept) {
                hasRest |= buildRun(chunk, owned, rest);
            }
            List<NewDelivery> all = new ArrayList<>(rest);
            all.addAll(owned);
            all.forEach(chunk::owe);
            stored.add(new Stored(queue, chunk, all, owned, hasRest));
        }

        /** Answers whether something of it is ready that this broker does not keep. */
        private boolean buildRun(ChunkBuilder chunk, List<NewDelivery> owned, List<NewDelivery> rest) {
            int bytesBefore = chunk.size();
            int first = chunk.count();
            Append head = appends.get(at);
            do {
                take(chunk);
            } while (hasRoom(chunk) && order.compare(head, appends.get(at)) == 0);
            if (partitioned != null) {
                partitioned.size(chunk.size() - bytesBefore);
                return buildPartitions(chunk, head.delivery(), first, owned, rest);
            }
            int count = chunk.count() - first;
            int bytes = chunk.size() - bytesBefore;
            boolean ready = head.delivery().readyAtMillis() == 0;
            int kept = ready ? queue.reserve(count) : 0;
            int keptBytes = (int) ((long) bytes * kept / count);
            if (kept > 0) {
                owned.add(delivery(head.delivery(), first, kept, keptBytes, session.brokerId()));
            }
            if (kept < count) {
                rest.add(delivery(head.delivery(), first + kept, count - kept, bytes - keptBytes, 0));
            }
            return ready && kept < count;
        }

        /** What failed is kept here; all else waits for whoever serves its partition. */
        private boolean buildPartitions(
                ChunkBuilder chunk,
                Append.DeliveryTraits traits,
                int first,
                List<NewDelivery> owned,
                List<NewDelivery> rest) {
            List<NewDelivery> built =
                    partitioned.build(queue.definition().id(), first, traits, traits.holds() ? session.brokerId() : 0);
            if (traits.holds()) {
                built.forEach(delivery -> queue.keep(chunk.id(), delivery));
            }
            (traits.holds() ? owned : rest).addAll(built);
            return !traits.holds() && traits.readyAtMillis() == 0;
        }

        /** True if there is another record, and the chunk has room for it and for those that it should stay with. */
        private boolean hasRoom(ChunkBuilder chunk) {
            return at < appends.size() && chunk.fits(appends.get(at).piece(taken));
        }

        private void take(ChunkBuilder chunk) {
            Append next = appends.get(at);
            int some = chunk.take(next, taken);
            if (partitioned != null) {
                partitioned.add(next, taken, some);
            }
            taken += some;
            if (taken == next.count()) {
                at++;
                taken = 0;
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
}
