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
    private final FairTurns turns;
    private final Map<Object, List<Append>> appends = new LinkedHashMap<>();
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
            boolean hasRest) {
        /** How many records are for anybody who claims them, ready or not. */
        long restCount() {
            return deliveries.stream()
                    .filter(delivery -> delivery.owner() == 0)
                    .mapToLong(NewDelivery::owed)
                    .sum();
        }
    }

    ChunkAssembly(DispatchSettings settings, BrokerSession session, FairTurns turns) {
        this.settings = settings;
        this.session = session;
        this.turns = turns;
    }

    /** True if what is due then lies in a kept chunk; 0: at once. */
    boolean keeps(long readyAtMillis) {
        return readyAtMillis > session.nowMillis() + KEPT_FROM_MILLIS;
    }

    /** Adds records to a queue. */
    void add(QueueDispatcher queue, Append append) {
        appends.computeIfAbsent(queue, absent -> new ArrayList<>()).add(append);
    }

    /** Adds records to all queues that take them, which then owe one chunk. */
    void add(Fanout fanout, Append append) {
        appends.computeIfAbsent(fanout, absent -> new ArrayList<>()).add(append);
    }

    /** Builds the chunks, and {@link #stored} with them. */
    List<NewChunk> build() {
        appends.forEach((to, some) ->
                new Part(to instanceof Fanout fanout ? fanout : Fanout.to((QueueDispatcher) to), some).build());
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

    /** The records of one queue or topic on their way. */
    private final class Part {
        private final Fanout fanout;
        private final List<Append> appends;
        private final boolean shares;
        private final Comparator<Append> order;
        private final Comparator<Append> sameRun;
        /** The append that comes next, and how many of its records are in chunks already. */
        private int at;

        private int taken;

        Part(Fanout fanout, List<Append> appends) {
            this.fanout = fanout;
            this.appends = appends;
            long ordered =
                    fanout.queues().stream().filter(QueueDispatcher::isOrdered).count();
            this.order = ordered == 0 ? BY_DELIVERY : BY_ORDER;
            // Queues that are not ordered want to know of priorities.
            this.sameRun = ordered < fanout.queues().size() ? BY_DELIVERY : BY_ORDER;
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
            List<QueueShare> shares = new ArrayList<>(fanout.queues().size());
            for (QueueDispatcher queue : fanout.queues()) {
                shares.add(new QueueShare(queue, chunk, session.brokerId(), fanout.isOfTopic(), turns.of(queue)));
            }
            int first = chunk.count();
            int bytesBefore = chunk.size();
            while (hasRoom(chunk) && appends.get(at).delivery().kept() == kept) {
                buildRun(chunk, shares);
            }
            if (fanout.retains()) {
                chunk.owe(fanout.retained(chunk, first, chunk.size() - bytesBefore));
            }
            for (QueueShare share : shares) {
                share.finish(stored);
            }
        }

        private void buildRun(ChunkBuilder chunk, List<QueueShare> shares) {
            int bytesBefore = chunk.size();
            int first = chunk.count();
            Append head = appends.get(at);
            do {
                take(chunk, shares);
            } while (hasRoom(chunk) && sameRun.compare(head, appends.get(at)) == 0);
            for (QueueShare share : shares) {
                share.owe(head.delivery(), first, chunk.count() - first, chunk.size() - bytesBefore);
            }
        }

        /** True if there is another record, and the chunk has room for it and for those that it should stay with. */
        private boolean hasRoom(ChunkBuilder chunk) {
            return at < appends.size() && chunk.fits(appends.get(at).piece(taken));
        }

        private void take(ChunkBuilder chunk, List<QueueShare> shares) {
            Append next = appends.get(at);
            int first = chunk.count();
            int some = chunk.take(next, taken);
            for (int i = 0; i < shares.size(); i++) {
                shares.get(i)
                        .took(
                                next,
                                taken,
                                first,
                                some,
                                next.refusedBy() != null && next.refusedBy().get(i));
            }
            taken += some;
            if (taken == next.count()) {
                at++;
                taken = 0;
            }
        }
    }
}
