package dev.postrider.broker.store.postgres;

import dev.postrider.broker.queue.SubscriptionDefinition;
import dev.postrider.broker.queue.TopicDefinition;
import dev.postrider.broker.store.TopicStore;
import dev.postrider.broker.store.postgres.statement.FindTopics;
import dev.postrider.broker.store.postgres.statement.TopicRow;
import dev.postrider.broker.store.postgres.statement.WriteTopic;
import dev.postrider.protocol.TextDuration;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Topics and subscriptions on PostgreSQL. Safe to call from any thread. */
final class PostgresTopicStore implements TopicStore {
    private final Database database;

    PostgresTopicStore(Database database) {
        this.database = database;
    }

    @Override
    public Future<Optional<Routes>> find(String name) {
        return database.ask(connection -> FindTopics.byName(connection, name))
                .map(rows -> routes(rows).stream().findFirst());
    }

    @Override
    public Future<TopicDefinition> createIfAbsent(String name) {
        // Most calls find it there; asking first keeps them from using up an id each.
        return find(name).compose(found -> found.map(routes -> Future.succeededFuture(routes.topic()))
                .orElseGet(() -> database.once(connection -> WriteTopic.create(connection, name))
                        .compose(created -> created.map(row -> Future.succeededFuture(definition(row)))
                                .orElseGet(() -> createIfAbsent(name)))));
    }

    @Override
    public Future<Map.Entry<TopicDefinition, Boolean>> put(String name, TextDuration retention) {
        return database.once(
                        connection -> WriteTopic.put(connection, name, retention == null ? null : retention.text()))
                .map(row -> Map.entry(definition(row), row.created()));
    }

    @Override
    public Future<List<Routes>> list(String prefix, String after, int limit) {
        return database.ask(connection -> FindTopics.page(connection, prefix, after == null ? "" : after, limit))
                .map(PostgresTopicStore::routes);
    }

    @Override
    public Future<Boolean> delete(int topicId) {
        return database.once(connection -> WriteTopic.delete(connection, topicId));
    }

    @Override
    public Future<Optional<Boolean>> subscribe(int topicId, int queueId, String filter) {
        return database.once(connection -> WriteTopic.subscribe(connection, topicId, queueId, filter));
    }

    @Override
    public Future<Boolean> unsubscribe(int topicId, int queueId) {
        return database.once(connection -> WriteTopic.unsubscribe(connection, topicId, queueId));
    }

    /** Puts the rows of one topic together, which follow one another. */
    private static List<Routes> routes(List<TopicRow> rows) {
        List<Routes> found = new ArrayList<>();
        List<SubscriptionDefinition> subscriptions = List.of();
        int last = 0;
        for (TopicRow row : rows) {
            if (row.id() != last) {
                last = row.id();
                subscriptions = new ArrayList<>();
                found.add(new Routes(definition(row), subscriptions));
            }
            if (row.subscription() != null) {
                subscriptions.add(new SubscriptionDefinition(
                        PostgresQueueStore.definition(row.subscription().queue()),
                        row.subscription().filter(),
                        row.subscription().createdAtMillis()));
            }
        }
        return found;
    }

    private static TopicDefinition definition(TopicRow row) {
        return new TopicDefinition(
                row.id(),
                row.name(),
                row.retention() == null ? null : TextDuration.parse("retention", row.retention()),
                row.createdAtMillis(),
                row.version());
    }
}
