package dev.postrider.broker.delivery;

import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * Which leases run out when. One entry stands for all records that a range handed out in one turn with one
 * deadline; an extension adds an entry of its own and leaves the old one to find nothing. Not thread-safe.
 */
final class LeaseClock {
    private final PriorityQueue<Entry> entries = new PriorityQueue<>(Comparator.comparingLong(Entry::deadlineMillis));

    /** Not among the entries yet, since it may grow; null: there is none. */
    private ClaimedRange lastRange;

    private long lastDeadline;
    private int lastFrom;
    private int lastTo;

    record Entry(long deadlineMillis, ClaimedRange range, int from, int to) {}

    void add(long deadlineMillis, ClaimedRange range, int from, int to) {
        entries.add(new Entry(deadlineMillis, range, from, to));
    }

    /** Neighbours with one deadline share an entry: a busy queue makes one per turn, not one per record. */
    void addNext(long deadlineMillis, ClaimedRange range, int index) {
        if (range == lastRange && deadlineMillis == lastDeadline && index == lastTo) {
            lastTo++;
            return;
        }
        flush();
        lastRange = range;
        lastDeadline = deadlineMillis;
        lastFrom = index;
        lastTo = index + 1;
    }

    private void flush() {
        if (lastRange != null) {
            add(lastDeadline, lastRange, lastFrom, lastTo);
            lastRange = null;
        }
    }

    /** When the next entry is due; {@link Long#MAX_VALUE} if there is none. */
    long nextMillis() {
        flush();
        Entry head = entries.peek();
        return head == null ? Long.MAX_VALUE : head.deadlineMillis();
    }

    /** The next entry that is due; null if none is. */
    Entry poll(long nowMillis) {
        flush();
        Entry head = entries.peek();
        return head == null || head.deadlineMillis() > nowMillis ? null : entries.poll();
    }

    int size() {
        flush();
        return entries.size();
    }
}
