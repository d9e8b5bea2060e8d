package dev.postrider.broker.simulation.model;

import dev.postrider.broker.queue.TopicDefinition;
import dev.postrider.broker.store.PeekedDelivery;
import dev.postrider.broker.store.RetainedStore;
import dev.postrider.broker.store.TopicStore;
import dev.postrider.protocol.TextDuration;
import io.vertx.core.Future;
import java.util.Collection;
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
    public Future<List<Routes>> subscribedBy(int queueId) {
        return wire.send(Statement.of("topics of queue", () -> topics.subscribedBy(queueId)));
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
    public Future<Boolean> follow(int topicId, long brokerId) {
        return wire.send(Statement.of("follow", () -> topics.follow(topicId, brokerId)));
    }

    @Override
    public Future<Void> unfollow(int topicId, long brokerId) {
        return wire.send(Statement.of("unfollow", () -> {
            topics.unfollow(topicId, brokerId);
            return null;
        }));
    }

    @Override
    public RetainedStore retained() {
        return new OfRetained(topics, wire);
    }

    private record OfRetained(TopicTable topics, Wire wire) implements RetainedStore {
        @Override
        public Future<Long> last(int topicId) {
            return wire.send(Statement.of("last retained", () -> topics.lastPlace(topicId)));
        }

        @Override
        public Future<Long> before(int topicId, long millis) {
            return wire.send(Statement.of("before", () -> topics.placeBefore(topicId, millis)));
        }

        @Override
        public Future<Page> read(int topicId, long afterPlace, int bytesMax) {
            return wire.send(Statement.of("read retained", () -> topics.read(topicId, afterPlace, bytesMax)));
        }

        @Override
        public Future<List<PeekedDelivery>> owing(int queueId, Collection<Long> chunkIds) {
            List<Long> asked = List.copyOf(chunkIds);
            return wire.send(Statement.of("owing", () -> topics.owing(queueId, asked)));
        }
    }

    @Override
    public Future<Boolean> unsubscribe(int topicId, int queueId) {
        return wire.send(Statement.of("unsubscribe", () -> topics.unsubscribe(topicId, queueId)));
    }
}
