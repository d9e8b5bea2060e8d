package dev.postrider.broker.simulation.model;

import dev.postrider.broker.queue.QueueDefinition;
import dev.postrider.broker.store.LimitStore;
import dev.postrider.broker.store.LimitStore.Places;
import dev.postrider.broker.store.LimitStore.SlotRequest;
import dev.postrider.broker.store.LimitStore.Slots;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** The statements ReservePlaces and LeaseSlots. */
public class Sharing {
    protected final Tables tables;
    private final Map<Integer, Long> nextNanos = new HashMap<>();
    private final Map<Integer, TreeMap<Long, Held>> slots = new HashMap<>();

    /** A row of the table {@code queue_slot}. */
    private record Held(int slots, int wanted, long turn) {}

    protected Sharing(Tables tables) {
        this.tables = tables;
    }

    protected Places reserve(int queueId, long intervalNanos, int wanted) {
        long now = tables.nowMillis() * 1_000_000;
        long first = Math.max(
                now,
                Math.min(
                        nextNanos.getOrDefault(queueId, Long.MIN_VALUE), now + LimitStore.AHEAD_NANOS + intervalNanos));
        int granted = first <= now + LimitStore.AHEAD_NANOS
                ? (int) Math.min(wanted, LimitStore.GRANT_NANOS / intervalNanos + 1)
                : 0;
        long next = first + granted * intervalNanos;
        nextNanos.put(queueId, next);
        return new Places(first - now, granted, next);
    }

    Void giveBack(int queueId, long endNanos, long unusedNanos) {
        nextNanos.computeIfPresent(queueId, (id, next) -> next == endNanos ? next - unusedNanos : next);
        return null;
    }

    Slots lease(SlotRequest request) {
        QueueDefinition queue = tables.queues.get(request.queueId());
        TreeMap<Long, Held> all = slots.computeIfAbsent(request.queueId(), absent -> new TreeMap<>());
        all.keySet().retainAll(tables.brokers.keySet());
        Held before = all.get(request.brokerId());
        boolean late = before != null && before.turn >= request.turn();
        if (queue == null || late || !tables.brokers.containsKey(request.brokerId())) {
            return new Slots(request.kept(), request.kept());
        }
        Integer bound = queue.settings().limits().maxInFlight();
        int most = bound == null ? Integer.MAX_VALUE : bound;
        int taken = 0;
        int needy = 0;
        boolean unmet = false;
        for (Map.Entry<Long, Held> other : all.entrySet()) {
            if (other.getKey() != request.brokerId()) {
                taken += other.getValue().slots;
                needy += other.getValue().wanted > 0 ? 1 : 0;
                unmet |= other.getValue().wanted > other.getValue().slots;
            }
        }
        int share = unmet ? (int) Math.max(1, ((long) most + needy) / (needy + 1)) : most;
        int granted = granted(request, most - taken, share);
        all.put(request.brokerId(), new Held(granted, request.wanted(), request.turn()));
        return new Slots(granted, share);
    }

    protected int granted(SlotRequest request, int free, int share) {
        return Math.max(request.kept(), Math.min(request.wanted(), Math.min(free, share)));
    }
}
