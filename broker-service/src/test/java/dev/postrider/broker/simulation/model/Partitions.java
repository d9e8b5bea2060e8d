package dev.postrider.broker.simulation.model;

import dev.postrider.broker.simulation.model.Tables.Partition;
import dev.postrider.broker.store.ClaimedDelivery;
import dev.postrider.broker.store.PartitionStore.Share;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/** The statements on the table {@code partition}, and the claims that it guards. */
public class Partitions {
    private static final int ROWS_MAX = 1_000;
    private static final long BYTES_MAX = 8 << 20;

    protected final Tables tables;

    protected Partitions(Tables tables) {
        this.tables = tables;
    }

    Share share(int queueId, long owner, long term, int count, boolean wants) {
        List<Partition> all = tables.partitions.computeIfAbsent(queueId, absent -> new ArrayList<>());
        while (all.size() < count && tables.queues.containsKey(queueId)) {
            all.add(new Partition());
        }
        long others = tables.brokers.entrySet().stream()
                .filter(broker ->
                        broker.getKey() != owner && broker.getValue().consumers.containsKey(queueId))
                .count();
        int fair = wants ? (int) ((count + others) / (others + 1)) : 0;
        List<Partition> some = all.subList(0, Math.min(count, all.size()));
        long served =
                some.stream().filter(partition -> partition.owner == owner).count();
        List<Integer> numbers = new ArrayList<>();
        for (int number = 0; number < some.size(); number++) {
            Partition partition = some.get(number);
            if (isFree(partition) && served < fair && tables.brokers.containsKey(owner)) {
                partition.owner = owner;
                partition.term = term;
                served++;
            }
            if (partition.owner == owner) {
                partition.term = Math.max(partition.term, term);
            }
            if (partition.owner == owner && partition.term == term) {
                numbers.add(number);
            }
        }
        return new Share(fair, numbers);
    }

    protected boolean isFree(Partition partition) {
        return partition.owner == 0;
    }

    List<ClaimedDelivery> claim(int queueId, long owner, long term, List<Integer> asked, int wanted) {
        TreeSet<Integer> served = new TreeSet<>();
        for (int number : asked) {
            Partition partition = find(queueId, number);
            if (partition != null && partition.owner == owner && isOfTerm(partition, term)) {
                served.add(number);
            }
        }
        List<Row> ready = tables.deliveries.values().stream()
                .filter(row -> row.key.queueId() == queueId && row.isReady() && served.contains(row.part))
                .sorted(Comparator.comparingLong((Row row) -> row.place).thenComparingInt(row -> row.key.first()))
                .toList();
        List<ClaimedDelivery> claimed = new ArrayList<>();
        TreeSet<Integer> stopped = new TreeSet<>();
        long records = 0;
        long bytes = 0;
        for (Row row : ready) {
            if (records >= wanted || bytes >= BYTES_MAX || claimed.size() >= ROWS_MAX) {
                break;
            }
            if (row.locked || stopped.contains(row.part)) {
                stopped.add(row.part);
                continue;
            }
            row.owner = owner;
            claimed.add(row.claimed());
            records += row.unsettled();
            bytes += row.byteCount;
        }
        return claimed;
    }

    List<ClaimedDelivery> claimMisplaced(int queueId, long owner, int count) {
        List<ClaimedDelivery> claimed = new ArrayList<>();
        for (Row row : tables.deliveries.values()) {
            boolean placed = row.part >= 0 && row.part < count;
            if (row.key.queueId() == queueId && row.isReady() && !row.locked && !placed) {
                row.owner = owner;
                claimed.add(row.claimed());
            }
        }
        return claimed;
    }

    protected boolean isOfTerm(Partition partition, long term) {
        return partition.term == term;
    }

    List<Integer> giveUp(int queueId, long owner, List<Integer> asked) {
        List<Integer> given = new ArrayList<>();
        for (int number : asked) {
            Partition partition = find(queueId, number);
            if (partition != null && partition.owner == owner && !holds(queueId, owner, number)) {
                partition.owner = 0;
                given.add(number);
            }
        }
        return given;
    }

    private boolean holds(int queueId, long owner, int number) {
        return tables.deliveries.values().stream()
                .anyMatch(row -> row.key.queueId() == queueId && row.owner == owner && row.part == number);
    }

    private Partition find(int queueId, int number) {
        List<Partition> all = tables.partitions.get(queueId);
        return all == null || number >= all.size() ? null : all.get(number);
    }
}
