package dev.postrider.broker.simulation.model;

import dev.postrider.broker.store.ClaimedDelivery;
import dev.postrider.broker.store.NewDelivery;
import dev.postrider.broker.store.Settlement;
import dev.postrider.broker.store.Standing;

/** A row of the table {@code delivery}. */
public final class Row {
    final Key key;
    final int priority;
    final int part;
    /** Where it stands in an ordered or a fair queue, 0: in neither. */
    long place;

    long expiresAtMillis;
    int count;
    int byteCount;
    int attempts;
    boolean scheduled;
    long readyAtMillis;
    long owner;
    byte[] settled;
    int settledCount;
    /** A transaction under way has locked it; who skips locked rows does not see it. */
    boolean locked;

    /** The primary key. */
    public record Key(long chunkId, int queueId, int first) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int byChunk = Long.compare(chunkId, other.chunkId);
            int byQueue = byChunk != 0 ? byChunk : Integer.compare(queueId, other.queueId);
            return byQueue != 0 ? byQueue : Integer.compare(first, other.first);
        }
    }

    Row(long chunkId, NewDelivery delivery, long place, long nowMillis) {
        key = new Key(chunkId, delivery.queueId(), delivery.first());
        count = delivery.count();
        byteCount = delivery.byteCount();
        priority = delivery.priority();
        part = delivery.part();
        this.place = place;
        scheduled = delivery.owner() == 0 && delivery.readyAtMillis() > nowMillis;
        readyAtMillis = Math.max(delivery.readyAtMillis(), nowMillis);
        expiresAtMillis = delivery.expiresAtMillis();
        owner = delivery.owner();
        settled = delivery.settled();
        settledCount = delivery.settledCount();
    }

    /** The rest of a row that is split behind {@code taken} records. */
    Row(Row whole, int taken, int takenBytes, int takenSettled) {
        key = new Key(whole.key.chunkId(), whole.key.queueId(), whole.key.first() + taken);
        count = whole.count - taken;
        byteCount = whole.byteCount - takenBytes;
        priority = whole.priority;
        part = whole.part;
        place = whole.place;
        readyAtMillis = whole.readyAtMillis;
        expiresAtMillis = whole.expiresAtMillis;
        attempts = whole.attempts;
        settled = whole.settled;
        settledCount = whole.settledCount - takenSettled;
    }

    /** What an owner gives back of a row that it keeps. */
    Row(Row whole, Settlement.Rest rest) {
        key = new Key(whole.key.chunkId(), whole.key.queueId(), rest.first());
        count = rest.count();
        byteCount = (int) ((long) whole.byteCount * rest.count() / whole.count);
        priority = whole.priority;
        part = whole.part;
        place = whole.place;
        readyAtMillis = whole.readyAtMillis;
        expiresAtMillis = whole.expiresAtMillis;
        attempts = whole.attempts;
        settled = rest.settled();
        settledCount = rest.settledCount();
    }

    boolean isReady() {
        return owner == 0 && !scheduled;
    }

    int unsettled() {
        return count - settledCount;
    }

    /** What the unsettled records take, if all are alike. */
    long unsettledBytes() {
        return (long) byteCount * unsettled() / count;
    }

    boolean isSettled(int index) {
        return settled != null && index >> 3 < settled.length && (settled[index >> 3] >> (index & 7) & 1) != 0;
    }

    ClaimedDelivery claimed() {
        return new ClaimedDelivery(
                key.queueId(),
                key.chunkId(),
                key.first(),
                count,
                priority,
                attempts,
                settled == null ? null : settled.clone(),
                part < 0 ? null : new Standing(part, place, readyAtMillis));
    }

    @Override
    public String toString() {
        return "delivery " + key + " +" + count + " owner " + owner + (scheduled ? " scheduled" : "") + " settled "
                + settledCount;
    }
}
