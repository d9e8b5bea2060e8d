package dev.postrider.broker.simulation.model;

import dev.postrider.broker.queue.QueueDefinition;
import dev.postrider.broker.store.ClaimedDelivery;
import dev.postrider.broker.store.FairPlace;
import dev.postrider.broker.store.MaintenanceStore.Staged;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** The statements of staging, expiry, purging and sweeping. */
public class Upkeep {
    private static final int ROWS_MAX = 5_000;

    protected final Tables tables;

    protected Upkeep(Tables tables) {
        this.tables = tables;
    }

    /** Locks what is due. */
    protected List<Row> due() {
        long now = tables.nowMillis();
        return lock(row -> row.scheduled && row.readyAtMillis <= now);
    }

    /** Locks what expired unowned, of queues that do or do not send their dead letters elsewhere. */
    protected List<Row> expired(boolean sentElsewhere) {
        long now = tables.nowMillis();
        return lock(row -> row.owner == 0
                && row.expiresAtMillis != 0
                && row.expiresAtMillis <= now
                && sendsDeadLettersElsewhere(row.key.queueId()) == sentElsewhere);
    }

    List<ClaimedDelivery> claim(List<Row> rows, long owner) {
        for (Row row : rows) {
            row.owner = owner;
            row.scheduled = false;
        }
        unlock(rows);
        return rows.stream().map(Row::claimed).toList();
    }

    /** As {@link #drop}; answers how many messages went of each queue. */
    Map<Integer, Long> dropByQueue(List<Row> rows) {
        Map<Integer, Long> messages = new TreeMap<>();
        rows.stream()
                .filter(row -> row.key.queueId() > 0)
                .forEach(row -> messages.merge(row.key.queueId(), (long) row.unsettled(), Long::sum));
        drop(rows);
        return messages;
    }

    List<Row> purgeable(int queueId) {
        return lock(row -> row.key.queueId() == queueId && row.owner == 0);
    }

    private boolean sendsDeadLettersElsewhere(int queueId) {
        QueueDefinition queue = tables.queues.get(queueId);
        return queue != null && queue.settings().deadLetterQueue() != null;
    }

    private List<Row> lock(Predicate<Row> wanted) {
        List<Row> locked = new ArrayList<>();
        for (Row row : tables.deliveries.values()) {
            if (locked.size() < ROWS_MAX && !row.locked && wanted.test(row)) {
                row.locked = true;
                locked.add(row);
            }
        }
        return locked;
    }

    void unlock(List<Row> rows) {
        rows.forEach(row -> row.locked = false);
    }

    protected Staged stage(List<Row> due) {
        TreeSet<Integer> queueIds = new TreeSet<>();
        letHaveTheirTurn(due);
        for (Row row : due) {
            row.scheduled = false;
            queueIds.add(row.key.queueId());
        }
        unlock(due);
        long next = tables.deliveries.values().stream()
                .filter(row -> row.scheduled)
                .mapToLong(row -> row.readyAtMillis)
                .min()
                .orElse(0);
        return new Staged(List.copyOf(queueIds), next, due.size() >= ROWS_MAX);
    }

    /** Moves what comes late behind those who are next now, as far as it stands behind the first of its part. */
    protected void letHaveTheirTurn(List<Row> due) {
        Map<List<Integer>, Long> late = new TreeMap<>(Comparator.comparing(List::toString));
        for (Row row : due) {
            if (FairPlace.isFair(row.part)) {
                Long front = tables.frontOf(row.key.queueId(), row.part);
                long now = front == null ? FairPlace.ofMillis(tables.nowMillis()) : front + 1;
                late.merge(List.of(row.key.queueId(), row.part), now - row.place, Math::max);
            }
        }
        for (Row row : due) {
            row.place += Math.max(0, late.getOrDefault(List.of(row.key.queueId(), row.part), 0L));
        }
    }

    /** Deletes locked rows with their chunks; answers how many messages went. */
    long drop(List<Row> rows) {
        rows.forEach(tables::delete);
        tables.dropUnowedChunks(rows.stream().map(row -> row.key.chunkId()).toList());
        return rows.stream().mapToLong(Row::unsettled).sum();
    }

    long sweep() {
        tables.deliveries
                .values()
                .removeIf(row -> !row.locked
                        && !tables.queues.containsKey(row.key.queueId())
                        && !tables.topics.exists(-row.key.queueId()));
        tables.letters.values().removeIf(letter -> !tables.queues.containsKey(letter.queueId()));
        return tables.dropUnowedChunks(List.copyOf(tables.chunks.keySet()));
    }

    long dropKeys() {
        int before = tables.keys.size();
        tables.keys.values().removeIf(key -> key.expiresAtMillis() <= tables.nowMillis());
        return (long) before - tables.keys.size();
    }
}
