package dev.postrider.broker.dispatch;

import dev.postrider.broker.store.NewDelivery;
import dev.postrider.protocol.TextDuration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * What one queue gets of the records that are put into a chunk: deliveries of its own. Used once. Not thread-safe.
 */
final class QueueShare {
    private final QueueDispatcher queue;
    private final ChunkBuilder chunk;
    private final long brokerId;
    private final boolean ofTopic;
    private final List<NewDelivery> owned = new ArrayList<>();
    private final List<NewDelivery> rest = new ArrayList<>();
    /** Null: the queue is not partitioned. */
    private final PartitionedRun partitioned;
    /** Null: the queue is not fair. */
    private final FairRun fair;

    private boolean hasRest;
    /** Indexes in the chunk of records that the queue does not get; null: it gets all. */
    private BitSet leftOut;

    /**
     * Begins with nothing.
     *
     * @param ofTopic true: the records do not say how long this queue keeps them
     * @param turns null: the queue is not fair
     */
    QueueShare(QueueDispatcher queue, ChunkBuilder chunk, long brokerId, boolean ofTopic, FairTurns.OfQueue turns) {
        this.queue = queue;
        this.chunk = chunk;
        this.brokerId = brokerId;
        this.ofTopic = ofTopic;
        this.partitioned = queue.partitions() == null
                ? null
                : new PartitionedRun(queue.partitions().rules());
        this.fair = turns == null ? null : new FairRun(turns);
    }

    /**
     * The next records of an append were put into the chunk, from {@code first} on.
     *
     * @param refused true: the queue does not get them
     */
    void took(Append append, int offset, int first, int count, boolean refused) {
        if (partitioned != null) {
            partitioned.add(
                    append, offset, count, refused ? PartitionedRun.REFUSED : expiresAtMillis(append.delivery()));
        } else if (fair != null) {
            fair.add(append, offset, count, refused);
        } else if (refused) {
            if (leftOut == null) {
                leftOut = new BitSet();
            }
            leftOut.set(first, first + count);
        }
    }

    /** The queue owes a run of records, but for those that are left out. */
    void owe(Append.DeliveryTraits traits, int first, int count, int bytes) {
        if (partitioned != null) {
            oweByPartition(traits, first, bytes);
        } else if (fair != null) {
            oweInTurn(traits, first, count, bytes);
        } else {
            oweWhole(traits, first, count, bytes);
        }
    }

    private void oweInTurn(Append.DeliveryTraits traits, int first, int count, int bytes) {
        int wanted = fair.wanted();
        boolean ready = traits.readyAtMillis() == 0;
        int kept = ready && wanted > 0 ? queue.reservations().reserve(wanted) : 0;
        for (NewDelivery built : fair.build(delivery(traits, first, count, bytes, 0), kept, brokerId)) {
            (built.owner() == 0 ? rest : owned).add(built);
        }
        hasRest |= ready && kept < wanted;
    }

    /** What failed is kept here; all else waits for whoever serves its partition. */
    private void oweByPartition(Append.DeliveryTraits traits, int first, int bytes) {
        partitioned.size(bytes);
        List<NewDelivery> built =
                partitioned.build(queue.definition().id(), first, traits, traits.holds() ? brokerId : 0);
        if (traits.holds()) {
            built.forEach(delivery -> queue.reservations().keep(chunk.id(), delivery));
        }
        (traits.holds() ? owned : rest).addAll(built);
        hasRest |= !built.isEmpty() && !traits.holds() && traits.readyAtMillis() == 0;
    }

    private void oweWhole(Append.DeliveryTraits traits, int first, int count, int bytes) {
        int wanted = count - leftOutOf(first, count);
        if (wanted == 0) {
            return;
        }
        boolean ready = traits.readyAtMillis() == 0;
        int kept = ready ? queue.reservations().reserve(wanted) : 0;
        int end = kept == wanted ? count : lengthOf(first, kept);
        int keptBytes = (int) ((long) bytes * end / count);
        if (kept > 0) {
            owned.add(delivery(traits, first, end, keptBytes, brokerId));
        }
        if (kept < wanted) {
            rest.add(delivery(traits, first + end, count - end, bytes - keptBytes, 0));
        }
        hasRest |= ready && kept < wanted;
    }

    private int leftOutOf(int first, int count) {
        return leftOut == null
                ? 0
                : (int) leftOut.stream()
                        .filter(index -> index >= first && index < first + count)
                        .count();
    }

    /** How many records from {@code first} on hold so many that the queue gets. */
    private int lengthOf(int first, int wanted) {
        if (leftOut == null) {
            return wanted;
        }
        int end = first;
        for (int found = 0; found < wanted; found++) {
            end = leftOut.nextClearBit(end) + 1;
        }
        return end - first;
    }

    private NewDelivery delivery(Append.DeliveryTraits traits, int first, int count, int bytes, long owner) {
        int settledCount = leftOutOf(first, count);
        return new NewDelivery(
                queue.definition().id(),
                first,
                count,
                bytes,
                traits.priority(),
                traits.readyAtMillis(),
                expiresAtMillis(traits),
                owner,
                settledCount == 0 ? null : bits(first, count),
                settledCount,
                NewDelivery.Turn.BY_AGE);
    }

    private byte[] bits(int first, int count) {
        BitSet bits = leftOut.get(0, first + count);
        bits.clear(0, first);
        return Arrays.copyOf(bits.toByteArray(), (first + count + 7) / 8);
    }

    private long expiresAtMillis(Append.DeliveryTraits traits) {
        TextDuration ttl = queue.definition().settings().ttl();
        return !ofTopic || ttl == null || traits.expiresAtMillis() != 0
                ? traits.expiresAtMillis()
                : DueTimes.expiresAt(ChunkIds.millisOf(chunk.id()) + ttl.millis());
    }

    /** Makes the chunk owe what the queue gets of it, and adds it to {@code stored}, if there is anything. */
    void finish(List<ChunkAssembly.Stored> stored) {
        if (owned.isEmpty() && rest.isEmpty()) {
            return;
        }
        List<NewDelivery> all = new ArrayList<>(rest);
        all.addAll(owned);
        all.forEach(chunk::owe);
        stored.add(new ChunkAssembly.Stored(queue, chunk, all, owned, hasRest));
    }
}
