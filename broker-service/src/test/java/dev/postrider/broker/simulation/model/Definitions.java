package dev.postrider.broker.simulation.model;

import dev.postrider.broker.queue.QueueDefinition;
import dev.postrider.broker.queue.QueueSettings;
import dev.postrider.broker.store.QueueStore;
import dev.postrider.broker.store.QueueStore.QueueFigures;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** The statements on the table {@code queue}. */
final class Definitions {
    private final Tables tables;

    Definitions(Tables tables) {
        this.tables = tables;
    }

    Optional<QueueDefinition> find(String name) {
        return tables.queues.values().stream()
                .filter(queue -> queue.name().equals(name))
                .findFirst();
    }

    Optional<QueueDefinition> find(int id) {
        return Optional.ofNullable(tables.queues.get(id));
    }

    QueueDefinition createIfAbsent(String name, QueueSettings settings) {
        return find(name)
                .orElseGet(() ->
                        store(new QueueDefinition((int) tables.newId(), name, settings, false, tables.nowMillis(), 1)));
    }

    Map.Entry<QueueDefinition, Boolean> put(String name, QueueSettings settings) {
        Optional<QueueDefinition> found = find(name);
        if (found.isPresent()
                && (!settings.isArrangedAs(found.get().settings())
                        || !Objects.equals(
                                found.get().settings().precedence().fairness(),
                                settings.precedence().fairness())
                        || found.get().settings().durability() != settings.durability())
                && holdsMessages(found.get().id())) {
            throw QueueStore.holdsMessages(name);
        }
        return found.isEmpty()
                ? Map.entry(createIfAbsent(name, settings), true)
                : Map.entry(store(changed(found.get(), settings, found.get().paused())), false);
    }

    private boolean holdsMessages(int queueId) {
        return tables.deliveries.keySet().stream().anyMatch(key -> key.queueId() == queueId);
    }

    Optional<QueueDefinition> setPaused(String name, boolean paused) {
        return find(name).map(queue -> store(changed(queue, queue.settings(), paused)));
    }

    private static QueueDefinition changed(QueueDefinition queue, QueueSettings settings, boolean paused) {
        return new QueueDefinition(
                queue.id(), queue.name(), settings, paused, queue.createdAtMillis(), queue.version() + 1);
    }

    private QueueDefinition store(QueueDefinition queue) {
        tables.queues.put(queue.id(), queue);
        return queue;
    }

    List<QueueDefinition> list(String prefix, String after, int limit) {
        return tables.queues.values().stream()
                .filter(queue -> queue.name().startsWith(prefix)
                        && (after == null || queue.name().compareTo(after) > 0))
                .sorted(Comparator.comparing(QueueDefinition::name))
                .limit(limit)
                .toList();
    }

    boolean delete(int id, boolean ifEmpty) {
        List<Row> rows = tables.deliveries.values().stream()
                .filter(row -> row.key.queueId() == id)
                .toList();
        boolean holds = !rows.isEmpty() || tables.letters.values().stream().anyMatch(letter -> letter.queueId() == id);
        if (ifEmpty && holds && tables.queues.containsKey(id)) {
            return false;
        }
        tables.topics.queueDeleted(id);
        tables.queues.remove(id);
        rows.forEach(tables::delete);
        tables.dropUnowedChunks(rows.stream().map(row -> row.key.chunkId()).toList());
        tables.letters.values().removeIf(letter -> letter.queueId() == id);
        tables.keys.keySet().removeIf(place -> place.queueId() == id);
        tables.partitions.remove(id);
        return true;
    }

    Map<Integer, QueueFigures> figures(Collection<Integer> queueIds) {
        Map<Integer, QueueFigures> figures = new TreeMap<>();
        queueIds.forEach(id -> figures.put(id, figures(id)));
        return figures;
    }

    private QueueFigures figures(int queueId) {
        long ready = 0;
        long owned = 0;
        long scheduled = 0;
        long bytes = 0;
        long oldest = 0;
        for (Row row : tables.deliveries.values()) {
            if (row.key.queueId() == queueId) {
                bytes += (long) row.byteCount * row.unsettled() / row.count;
                ready += row.isReady() ? row.unsettled() : 0;
                owned += row.owner != 0 ? row.unsettled() : 0;
                scheduled += row.scheduled ? row.unsettled() : 0;
                if (row.isReady() && (oldest == 0 || row.readyAtMillis < oldest)) {
                    oldest = row.readyAtMillis;
                }
            }
        }
        Map<Long, Integer> consumers = new TreeMap<>();
        tables.brokers.forEach((id, broker) -> {
            if (broker.consumers.containsKey(queueId)) {
                consumers.put(id, broker.consumers.get(queueId));
            }
        });
        long letters = tables.deadLetters(queueId).size();
        return new QueueFigures(ready, owned, scheduled, letters, bytes, oldest, consumers);
    }
}
