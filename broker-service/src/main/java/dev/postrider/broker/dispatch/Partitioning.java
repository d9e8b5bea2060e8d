package dev.postrider.broker.dispatch;

import dev.postrider.broker.delivery.ClaimedRange;
import dev.postrider.broker.queue.Ordering;
import dev.postrider.broker.queue.QueueSettings;

/** Which records of a partitioned queue belong together, and whether they are in order. Not thread-safe. */
final class Partitioning {
    /** Changing it would move keys of stored messages to other partitions. */
    private static final int COUNT = 16;

    private final Ordering ordering;
    private int unkeyed;

    /** @param settings of a {@linkplain QueueSettings#isPartitioned partitioned} queue */
    Partitioning(QueueSettings settings) {
        this.ordering = settings.precedence().ordering();
    }

    /** How many partitions the queue has. */
    int count() {
        return ordering == Ordering.STRICT ? 1 : COUNT;
    }

    /** True if records of one key are handed out in the order in which they came, whatever their priorities. */
    boolean isOrdered() {
        return ordering != Ordering.NONE;
    }

    /** Where a record with that key belongs; null: it has none. */
    int partOf(String key) {
        if (ordering == Ordering.STRICT) {
            return 0;
        }
        if (key == null) {
            return Math.floorMod(unkeyed++, COUNT);
        }
        int hash = key.hashCode() * 0x9E3779B9;
        return hash >>> 28;
    }

    /** The key by which a record waits for others; null: it waits for none. */
    String keyOf(ClaimedRange range, int index) {
        return ordering == Ordering.STRICT ? "" : range.records().key(index);
    }

    /** True if a record with that key, null: without one, keeps the others of its key waiting when it fails. */
    boolean holds(String key) {
        return ordering == Ordering.STRICT || ordering == Ordering.KEY && key != null;
    }

    /** How many records of one key may be under way. */
    static int underWayMax(QueueSettings settings) {
        Integer limit = settings.limits().maxInFlightPerKey();
        return settings.precedence().ordering() != Ordering.NONE || limit == null ? 1 : limit;
    }
}
