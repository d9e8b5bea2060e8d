package dev.postrider.broker.simulation.model;

import dev.postrider.broker.queue.QueueDefinition;
import dev.postrider.broker.queue.SubscriptionDefinition;
import dev.postrider.broker.queue.TopicDefinition;
import dev.postrider.broker.store.TopicStore.Routes;
import dev.postrider.protocol.TextDuration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The tables {@code topic} and {@code subscription}, and the statements on them. */
final class TopicTable {
    private final Tables tables;
    private final TreeMap<Integer, TopicDefinition> topics = new TreeMap<>();
    private final TreeMap<Integer, TreeMap<Integer, Subscription>> subscriptions = new TreeMap<>();

    private record Subscription(String filter, long createdAtMillis) {}

    TopicTable(Tables tables) {
        this.tables = tables;
    }

    Optional<Routes> find(String name) {
        return topics.values().stream()
                .filter(topic -> topic.name().equals(name))
                .findFirst()
                .map(this::routes);
    }

    private Routes routes(TopicDefinition topic) {
        return new Routes(
                topic,
                subscriptions.getOrDefault(topic.id(), new TreeMap<>()).entrySet().stream()
                        .map(entry -> new SubscriptionDefinition(
                                tables.queues.get(entry.getKey()),
                                entry.getValue().filter(),
                                entry.getValue().createdAtMillis()))
                        .sorted(Comparator.comparing(
                                subscription -> subscription.queue().name()))
                        .toList());
    }

    TopicDefinition createIfAbsent(String name) {
        return find(name).map(Routes::topic).orElseGet(() -> create(name, null));
    }

    private TopicDefinition create(String name, TextDuration retention) {
        return store(new TopicDefinition((int) tables.newId(), name, retention, tables.nowMillis(), 1));
    }

    Map.Entry<TopicDefinition, Boolean> put(String name, TextDuration retention) {
        Optional<Routes> found = find(name);
        if (found.isEmpty()) {
            return Map.entry(create(name, retention), true);
        }
        return Map.entry(raise(found.get().topic().id(), retention), false);
    }

    private TopicDefinition store(TopicDefinition topic) {
        topics.put(topic.id(), topic);
        return topic;
    }

    private TopicDefinition raise(int id, TextDuration retention) {
        TopicDefinition topic = topics.get(id);
        return store(new TopicDefinition(id, topic.name(), retention, topic.createdAtMillis(), topic.version() + 1));
    }

    private void raise(int id) {
        raise(id, topics.get(id).retention());
    }

    List<Routes> list(String prefix, String after, int limit) {
        return topics.values().stream()
                .filter(topic -> topic.name().startsWith(prefix)
                        && (after == null || topic.name().compareTo(after) > 0))
                .sorted(Comparator.comparing(TopicDefinition::name))
                .limit(limit)
                .map(this::routes)
                .toList();
    }

    boolean delete(int id) {
        tables.keys.keySet().removeIf(place -> place.queueId() == -id);
        subscriptions.remove(id);
        return topics.remove(id) != null;
    }

    Optional<Boolean> subscribe(int topicId, int queueId, String filter) {
        QueueDefinition queue = tables.queues.get(queueId);
        if (queue == null || !topics.containsKey(topicId)) {
            return Optional.empty();
        }
        Subscription before = subscriptions
                .computeIfAbsent(topicId, absent -> new TreeMap<>())
                .put(queueId, new Subscription(filter, tables.nowMillis()));
        raise(topicId);
        return Optional.of(before == null);
    }

    boolean unsubscribe(int topicId, int queueId) {
        boolean gone = subscriptions.getOrDefault(topicId, new TreeMap<>()).remove(queueId) != null;
        if (gone) {
            raise(topicId);
        }
        return gone;
    }

    /** What the cascade from a deleted queue does. */
    void queueDeleted(int queueId) {
        List.copyOf(topics.keySet()).forEach(id -> unsubscribe(id, queueId));
    }

    /** Versions by id; a topic that is not there is missing. */
    Map<Integer, Long> versions(Collection<Integer> topicIds) {
        Map<Integer, Long> versions = new TreeMap<>();
        for (Integer id : topicIds) {
            if (topics.containsKey(id)) {
                versions.put(id, topics.get(id).version());
            }
        }
        return versions;
    }
}
