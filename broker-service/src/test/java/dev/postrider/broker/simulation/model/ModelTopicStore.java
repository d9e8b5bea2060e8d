package dev.postrider.broker.simulation.model;

import dev.postrider.broker.queue.TopicDefinition;
import dev.postrider.broker.store.TopicStore;
import dev.postrider.protocol.TextDuration;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Topics and subscriptions on a model. */
record ModelTopicStore(TopicTable topics, Wire wire) implements TopicStore {
    @Override
    public Future<Optional<Routes>> find(String name) {
        return wire.send(Statement.of("find topic", () -> topics.find(name)));
    }

    @Override
    public Future<TopicDefinition> createIfAbsent(String name) {
        return wire.send(Statement.of("create topic", () -> topics.createIfAbsent(name)));
    }

    @Override
    public Future<Map.Entry<TopicDefinition, Boolean>> put(String name, TextDuration retention) {
        return wire.send(Statement.of("put topic", () -> topics.put(name, retention)));
    }

    @Override
    public Future<List<Routes>> list(String prefix, String after, int limit) {
        return wire.send(Statement.of("list topics", () -> topics.list(prefix, after, limit)));
    }

    @Override
    public Future<Boolean> delete(int topicId) {
        return wire.send(Statement.of("delete topic", () -> topics.delete(topicId)));
    }

    @Override
    public Future<Optional<Boolean>> subscribe(int topicId, int queueId, String filter) {
        return wire.send(Statement.of("subscribe", () -> topics.subscribe(topicId, queueId, filter)));
    }

    @Override
    public Future<Boolean> unsubscribe(int topicId, int queueId) {
        return wire.send(Statement.of("unsubscribe", () -> topics.unsubscribe(topicId, queueId)));
    }
}
