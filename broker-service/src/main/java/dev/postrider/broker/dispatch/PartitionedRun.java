package dev.postrider.broker.dispatch;

import dev.postrider.broker.store.NewDelivery;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * A run of records of a partitioned queue on its way into a chunk: a delivery for each partition, which does not
 * owe the records of the others in between. Not thread-safe.
 */
final class PartitionedRun {
    static final long REFUSED = -1;
    private static final int NONE = -1;

    private final Partitioning rules;
    private final List<Integer> parts = new ArrayList<>();
    /** When the last of each partition's records expires, 0: one never does. */
    private final long[] expiresAtMillis;

    private int bytes;

    PartitionedRun(Partitioning rules) {
        this.rules = rules;
        this.expiresAtMillis = new long[rules.count()];
        Arrays.fill(expiresAtMillis, 1);
    }

    /** Size of all that was added. */
    void size(int value) {
        bytes = value;
    }

    /**
     * Records {@code offset} to {@code offset + count - 1} of the append come next.
     *
     * @param expiresAt when they do, 0: never; {@link #REFUSED}: the queue does not get them
     */
    void add(Append append, int offset, int count, long expiresAt) {
        for (int i = 0; i < count; i++) {
            int part = expiresAt == REFUSED ? NONE : rules.partOf(append.key(offset + i));
            parts.add(part);
            if (part != NONE) {
                long before = expiresAtMillis[part];
                expiresAtMillis[part] = before == 0 || expiresAt == 0 ? 0 : Math.max(before, expiresAt);
            }
        }
    }

    /**
     * The deliveries of what was added since the last time.
     *
     * @param first index of the first record in the chunk
     * @param owner 0: none
     */
    List<NewDelivery> build(int queueId, int first, Append.DeliveryTraits traits, long owner) {
        List<NewDelivery> deliveries = new ArrayList<>();
        for (int part = 0; part < rules.count(); part++) {
            int from = parts.indexOf(part);
            if (from >= 0) {
                int to = parts.lastIndexOf(part) + 1;
                BitSet others = new BitSet();
                for (int i = from; i < to; i++) {
                    others.set(first + i, parts.get(i) != part);
                }
                int otherCount = others.cardinality();
                int size = (int) ((long) bytes * (to - from - otherCount) / parts.size());
                deliveries.add(new NewDelivery(
                        queueId,
                        first + from,
                        to - from,
                        size,
                        rules.isOrdered() ? 0 : traits.priority(),
                        traits.readyAtMillis(),
                        expiresAtMillis[part],
                        owner,
                        otherCount == 0 ? null : Arrays.copyOf(others.toByteArray(), (first + to + 7) / 8),
                        otherCount,
                        NewDelivery.Turn.inOrder(part, traits.holds())));
            }
        }
        parts.clear();
        Arrays.fill(expiresAtMillis, 1);
        return deliveries;
    }
}
