package dev.postrider.broker.store.postgres;

import dev.postrider.broker.queue.QueueDefinition;
import dev.postrider.broker.queue.QueueSettings;
import dev.postrider.broker.store.QueueStore;
import dev.postrider.broker.store.postgres.statement.DeleteQueue;
import dev.postrider.broker.store.postgres.statement.DeleteUnowedChunks;
import dev.postrider.broker.store.postgres.statement.FindQueues;
import dev.postrider.broker.store.postgres.statement.QueueRow;
import dev.postrider.broker.store.postgres.statement.SumQueues;
import dev.postrider.broker.store.postgres.statement.WriteQueue;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Definitions and figures on PostgreSQL. Safe to call from any thread. */
final class PostgresQueueStore implements QueueStore {
    private final Database database;

    PostgresQueueStore(Database database) {
        this.database = database;
    }

    @Override
    public Future<Optional<QueueDefinition>> find(String name) {
        return database.ask(connection -> FindQueues.byName(connection, name))
                .map(row -> row.map(PostgresQueueStore::definition));
    }

    @Override
    public Future<Optional<QueueDefinition>> find(int id) {
        return database.ask(connection -> FindQueues.byId(connection, id))
                .map(row -> row.map(PostgresQueueStore::definition));
    }

    @Override
    public Future<QueueDefinition> createIfAbsent(String name, QueueSettings settings) {
        // Most calls find it there; asking first keeps them from using up an id each.
        return find(name).compose(found -> found.map(Future::succeededFuture).orElseGet(() -> database.once(
                        connection -> WriteQueue.create(connection, name, StoredSettings.toJson(settings)))
                .compose(created -> created.map(row -> Future.succeededFuture(definition(row)))
                        .orElseGet(() -> createIfAbsent(name, settings)))));
    }

    @Override
    public Future<Map.Entry<QueueDefinition, Boolean>> put(String name, QueueSettings settings) {
        return database.once(connection -> WriteQueue.put(connection, name, StoredSettings.toJson(settings)))
                .map(put -> put.orElseThrow(() -> QueueStore.holdsMessages(name)))
                .map(row -> Map.entry(definition(row), row.created()));
    }

    @Override
    public Future<Optional<QueueDefinition>> setPaused(String name, boolean paused) {
        return database.once(connection -> WriteQueue.setPaused(connection, name, paused))
                .map(row -> row.map(PostgresQueueStore::definition));
    }

    @Override
    public Future<List<QueueDefinition>> list(String prefix, String after, int limit) {
        return database.ask(connection -> FindQueues.page(connection, prefix, after == null ? "" : after, limit))
                .map(rows -> rows.stream().map(PostgresQueueStore::definition).toList());
    }

    @Override
    public Future<Boolean> delete(int id, boolean ifEmpty) {
        // The definition first: nothing new comes in then, and whatever a failure leaves behind is swept.
        return database.once(connection -> DeleteQueue.definition(connection, id, ifEmpty))
                .compose(deleted -> {
                    if (!deleted && ifEmpty) {
                        return find(id).map(Optional::isEmpty);
                    }
                    return deleteDeliveries(database, id)
                            .compose(v -> database.once(connection -> DeleteQueue.rest(connection, id)))
                            .map(true);
                });
    }

    @Override
    public Future<Map<Integer, QueueFigures>> figures(Collection<Integer> queueIds) {
        if (queueIds.isEmpty()) {
            return Future.succeededFuture(Map.of());
        }
        return database.ask(connection -> SumQueues.execute(connection, queueIds));
    }

    /** Deletes all that is owed under that id, piece by piece. */
    static Future<Void> deleteDeliveries(Database database, int id) {
        return database.transaction(connection -> DeleteQueue.deliveries(connection, id)
                        .compose(chunkIds -> chunkIds.isEmpty()
                                ? Future.succeededFuture(true)
                                : DeleteUnowedChunks.execute(connection, chunkIds)
                                        .map(false)))
                .compose(done -> done ? Future.succeededFuture() : deleteDeliveries(database, id));
    }

    static QueueDefinition definition(QueueRow row) {
        return new QueueDefinition(
                row.id(),
                row.name(),
                StoredSettings.fromJson(row.settings()),
                row.paused(),
                row.createdAtMillis(),
                row.version());
    }
}
