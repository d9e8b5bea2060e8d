package dev.postrider.broker.store.postgres;

import dev.postrider.broker.store.LimitStore;
import dev.postrider.broker.store.postgres.statement.LeaseSlots;
import dev.postrider.broker.store.postgres.statement.ReservePlaces;
import io.vertx.core.Future;

/** Limits on PostgreSQL. Safe to call from any thread. */
record PostgresLimitStore(Database database) implements LimitStore {
    @Override
    public Future<Places> reserve(int queueId, long intervalNanos, int wanted) {
        return database.once(connection -> ReservePlaces.execute(connection, queueId, intervalNanos, wanted));
    }

    @Override
    public Future<Void> giveBack(int queueId, long endNanos, long unusedNanos) {
        return database.once(connection -> ReservePlaces.giveBack(connection, queueId, endNanos, unusedNanos))
                .mapEmpty();
    }

    @Override
    public Future<Slots> lease(SlotRequest request) {
        return database.transaction(connection -> LeaseSlots.execute(connection, request));
    }
}
