package dev.postrider.broker.simulation.model;

import dev.postrider.broker.simulation.model.Tables.BrokerRow;
import dev.postrider.broker.simulation.model.Tables.Partition;
import dev.postrider.broker.store.BrokerRegistry.Heartbeat;
import dev.postrider.broker.store.BrokerRegistry.Membership;
import dev.postrider.broker.store.StoreException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The statements on the table {@code broker}. */
public class Registrations {
    private static final int SLOTS = 1_024;

    protected final Tables tables;
    private int nextSlot;

    protected Registrations(Tables tables) {
        this.tables = tables;
    }

    Membership join(String address, boolean supersede) {
        if (supersede) {
            tables.brokers.values().removeIf(row -> row.address.equals(address));
            free();
        }
        Set<Integer> taken =
                tables.brokers.values().stream().map(row -> row.slot).collect(Collectors.toSet());
        int slot = IntStream.range(0, SLOTS)
                .map(turn -> (nextSlot + turn) % SLOTS)
                .filter(candidate -> !taken.contains(candidate))
                .findFirst()
                .orElseThrow(() -> new StoreException(
                        StoreException.Outcome.NOT_STORED, "There are too many brokers on this database", null));
        nextSlot = (slot + 1) % SLOTS;
        long id = tables.newId();
        tables.brokers.put(id, new BrokerRow(slot, address, tables.nowMillis()));
        return new Membership(id, slot, tables.nowMillis());
    }

    protected Heartbeat beat(long brokerId, Map<Integer, Integer> consumers) {
        BrokerRow own = tables.brokers.get(brokerId);
        if (own != null) {
            own.heartbeatMillis = tables.nowMillis();
            own.consumers = consumers;
        }
        Map<Long, String> peers = new TreeMap<>();
        tables.brokers.forEach((id, row) -> peers.put(id, row.address));
        peers.remove(brokerId);
        return new Heartbeat(own != null, tables.nowMillis(), peers);
    }

    protected void leave(long brokerId) {
        for (Row row : tables.deliveries.values()) {
            if (row.owner == brokerId) {
                tables.standBehindTheNext(row);
                row.owner = 0;
            }
        }
        tables.brokers.remove(brokerId);
        freePartitions();
    }

    Set<Integer> reap(long silenceMillis) {
        long now = tables.nowMillis();
        tables.brokers
                .values()
                .removeIf(row -> Math.max(row.heartbeatMillis, tables.startedAtMillis()) < now - silenceMillis);
        return free();
    }

    /** Frees what no living broker owns; answers the queues. */
    protected Set<Integer> free() {
        freePartitions();
        Set<Integer> freed = new TreeSet<>();
        for (Row row : tables.deliveries.values()) {
            if (row.owner != 0 && isGone(row.owner)) {
                tables.standBehindTheNext(row);
                row.owner = 0;
                row.attempts++;
                tables.freedRows++;
                freed.add(row.key.queueId());
            }
        }
        return freed;
    }

    private void freePartitions() {
        tables.topics.brokersGone();
        for (List<Partition> partitions : tables.partitions.values()) {
            for (Partition partition : partitions) {
                partition.owner = isGone(partition.owner) ? 0 : partition.owner;
            }
        }
    }

    protected boolean isGone(long owner) {
        return !tables.brokers.containsKey(owner);
    }
}
