package dev.postrider.broker.simulation.model;

import dev.postrider.broker.dispatch.ChunkIds;
import dev.postrider.broker.queue.QueueDefinition;
import dev.postrider.broker.queue.SubscriptionDefinition;
import dev.postrider.broker.queue.TopicDefinition;
import dev.postrider.broker.store.PeekedDelivery;
import dev.postrider.broker.store.RetainedStore;
import dev.postrider.broker.store.RetainedStore.Extent;
import dev.postrider.broker.store.RetainedStore.Page;
import dev.postrider.broker.store.RetainedStore.Retained;
import dev.postrider.broker.store.TopicStore.Routes;
import dev.postrider.protocol.TextDuration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The tables {@code topic} and {@code subscription}, and the statements on them. */
final class TopicTable {
    private final Tables tables;
    private final TreeMap<Integer, TopicDefinition> topics = new TreeMap<>();
    private final TreeMap<Integer, TreeMap<Integer, Subscription>> subscriptions = new TreeMap<>();

    private final TreeMap<Integer, TreeSet<Long>> followers = new TreeMap<>();
    /** From when on a topic retains. */
    private final TreeMap<Integer, Long> retains = new TreeMap<>();

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
        TopicDefinition created =
                store(new TopicDefinition((int) tables.newId(), name, retention, tables.nowMillis(), 1, false));
        retains.put(created.id(), tables.nowMillis());
        return created;
    }

    Map.Entry<TopicDefinition, Boolean> put(String name, TextDuration retention) {
        Optional<Routes> found = find(name);
        if (found.isEmpty()) {
            return Map.entry(create(name, retention), true);
        }
        TopicDefinition before = found.get().topic();
        long now = tables.nowMillis();
        retains.merge(
                before.id(),
                before.retention() == null || retention == null ? now : now - retention.millis(),
                before.retention() == null || retention == null ? (old, since) -> since : Math::max);
        long kept = Math.max(RetainedStore.FOLLOWED_MILLIS, retention == null ? 0 : retention.millis());
        retained(before.id()).forEach(row -> row.expiresAtMillis = millisOf(row.key.chunkId()) + kept);
        return Map.entry(raise(before.id(), retention), false);
    }

    private TopicDefinition store(TopicDefinition topic) {
        topics.put(topic.id(), topic);
        return topic;
    }

    private TopicDefinition raise(int id, TextDuration retention) {
        TopicDefinition topic = topics.get(id);
        return store(new TopicDefinition(
                id,
                topic.name(),
                retention,
                topic.createdAtMillis(),
                topic.version() + 1,
                !followers.getOrDefault(id, new TreeSet<>()).isEmpty()));
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

    List<Routes> subscribedBy(int queueId) {
        return topics.values().stream()
                .filter(topic ->
                        subscriptions.getOrDefault(topic.id(), new TreeMap<>()).containsKey(queueId))
                .sorted(Comparator.comparing(TopicDefinition::name))
                .map(this::routes)
                .toList();
    }

    boolean delete(int id) {
        List<Row> retained = tables.deliveries.values().stream()
                .filter(row -> row.key.queueId() == -id)
                .toList();
        retained.forEach(tables::delete);
        tables.dropUnowedChunks(retained.stream().map(row -> row.key.chunkId()).toList());
        tables.keys.keySet().removeIf(place -> place.queueId() == -id);
        subscriptions.remove(id);
        followers.remove(id);
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

    boolean follow(int topicId, long brokerId) {
        if (!topics.containsKey(topicId) || !tables.brokers.containsKey(brokerId)) {
            return false;
        }
        if (followers.computeIfAbsent(topicId, absent -> new TreeSet<>()).add(brokerId)) {
            raise(topicId);
        }
        return true;
    }

    void unfollow(int topicId, long brokerId) {
        if (followers.getOrDefault(topicId, new TreeSet<>()).remove(brokerId)) {
            raise(topicId);
        }
    }

    /** What the cascade from removed brokers does. */
    void brokersGone() {
        followers.forEach((id, brokers) -> {
            if (brokers.retainAll(tables.brokers.keySet())) {
                raise(id);
            }
        });
    }

    boolean exists(int topicId) {
        return topics.containsKey(topicId);
    }

    private Stream<Row> retained(int topicId) {
        return tables.deliveries.values().stream()
                .filter(row -> row.key.queueId() == -topicId)
                .sorted(Comparator.comparingLong(row -> row.place));
    }

    long lastPlace(int topicId) {
        return retained(topicId).mapToLong(row -> row.place).max().orElse(0);
    }

    long placeBefore(int topicId, long millis) {
        return retained(topicId)
                .filter(row -> millisOf(row.key.chunkId()) >= millis - RetainedStore.COMMIT_MILLIS_MAX)
                .mapToLong(row -> row.place - 1)
                .min()
                .orElseGet(() -> lastPlace(topicId));
    }

    private static long millisOf(long chunkId) {
        return ChunkIds.millisOf(chunkId);
    }

    Page read(int topicId, long afterPlace, int bytesMax) {
        List<Retained> entries = new ArrayList<>();
        long bytes = 0;
        for (Row row : retained(topicId).filter(row -> row.place > afterPlace).toList()) {
            if (bytes < bytesMax) {
                byte[] records = tables.chunks.get(row.key.chunkId()).records();
                entries.add(new Retained(row.place, row.key.chunkId(), row.key.first(), row.count, records));
            }
            bytes += row.byteCount;
        }
        TopicDefinition topic = topics.get(topicId);
        TextDuration retention = topic == null ? null : topic.retention();
        long since = retention == null ? 0 : retains.get(topicId);
        return new Page(new Extent(tables.nowMillis(), topic != null, retention, since), entries);
    }

    List<PeekedDelivery> owing(int queueId, List<Long> chunkIds) {
        return tables.deliveries.values().stream()
                .filter(row -> row.key.queueId() == queueId && chunkIds.contains(row.key.chunkId()))
                .map(ModelMessageStore::peeked)
                .toList();
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
