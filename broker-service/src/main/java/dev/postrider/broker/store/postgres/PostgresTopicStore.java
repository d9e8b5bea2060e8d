package dev.postrider.broker.store.postgres;

import dev.postrider.broker.queue.SubscriptionDefinition;
import dev.postrider.broker.queue.TopicDefinition;
import dev.postrider.broker.store.RetainedStore;
import dev.postrider.broker.store.TopicStore;
import dev.postrider.broker.store.postgres.statement.FindTopics;
import dev.postrider.broker.store.postgres.statement.TopicRow;
import dev.postrider.broker.store.postgres.statement.WriteRetained;
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
    private final RetainedStore retained;

    PostgresTopicStore(Database database) {
        this.database = database;
        this.retained = new PostgresRetainedStore(database);
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
        return database.once(connection -> WriteTopic.put(connection, name, retention))
                .compose(row -> row.created()
                        ? Future.succeededFuture(Map.entry(definition(row), true))
                        : refit(row.id(), 0, keptMillis(retention)).map(Map.entry(definition(row), false)));
    }

    private static long keptMillis(TextDuration retention) {
        // Those who follow the topic just now read what has come; nobody else sees what is older than the retention.
        return Math.max(RetainedStore.FOLLOWED_MILLIS, retention == null ? 0 : retention.millis());
    }

    /** What is retained already goes by the new retention, piece by piece. */
    private Future<Void> refit(int topicId, long afterPlace, long keptMillis) {
        return database.once(connection -> WriteRetained.refit(connection, topicId, afterPlace, keptMillis))
                .compose(last -> last == 0 ? Future.succeededFuture() : refit(topicId, last, keptMillis));
    }

    @Override
    public Future<List<Routes>> list(String prefix, String after, int limit) {
        return database.ask(connection -> FindTopics.page(connection, prefix, after == null ? "" : after, limit))
                .map(PostgresTopicStore::routes);
    }

    @Override
    public Future<List<Routes>> subscribedBy(int queueId) {
        return database.ask(connection -> FindTopics.ofQueue(connection, queueId))
                .map(PostgresTopicStore::routes);
    }

    @Override
    public Future<Boolean> delete(int topicId) {
        // The definition first: what a publish under way still adds goes when it expires.
        return database.once(connection -> WriteTopic.delete(connection, topicId))
                .compose(deleted ->
                        PostgresQueueStore.deleteDeliveries(database, -topicId).map(deleted));
    }

    @Override
    public Future<Optional<Boolean>> subscribe(int topicId, int queueId, String filter) {
        return database.once(connection -> WriteTopic.subscribe(connection, topicId, queueId, filter));
    }

    @Override
    public RetainedStore retained() {
        return retained;
    }

    @Override
    public Future<Boolean> follow(int topicId, long brokerId) {
        return database.transaction(connection -> WriteRetained.follow(connection, topicId, brokerId));
    }

    @Override
    public Future<Void> unfollow(int topicId, long brokerId) {
        return database.once(connection -> WriteRetained.unfollow(connection, topicId, brokerId))
                .mapEmpty();
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
                row.version(),
                row.followed());
    }
}
