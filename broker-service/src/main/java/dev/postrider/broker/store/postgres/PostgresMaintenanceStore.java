package dev.postrider.broker.store.postgres;

import dev.postrider.broker.store.MaintenanceStore;
import dev.postrider.broker.store.postgres.statement.DeleteUnowedChunks;
import dev.postrider.broker.store.postgres.statement.DropExpired;
import dev.postrider.broker.store.postgres.statement.StageDeliveries;
import dev.postrider.broker.store.postgres.statement.SweepChunks;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Staging, expiry and sweeping. Safe to call from any thread; several brokers share the work by skipping locks. */
final class PostgresMaintenanceStore implements MaintenanceStore {
    /** Slices of one sweep; the next sweep goes on where this one stopped. */
    private static final int SLICES_MAX = 4;

    private final Database database;
    private final AtomicLong sweptTo = new AtomicLong();

    PostgresMaintenanceStore(Database database) {
        this.database = database;
    }

    @Override
    public Future<Staged> stage() {
        return database.once(StageDeliveries::execute).compose(staging -> database.once(StageDeliveries::nextDueMillis)
                .map(next -> new Staged(List.copyOf(staging.queueIds()), next, staging.isFull())));
    }

    @Override
    public Future<Long> dropExpired() {
        return database.transaction(connection -> DropExpired.deliveries(connection)
                .compose(dropped -> dropped.chunkIds().isEmpty()
                        ? Future.succeededFuture(0L)
                        : DeleteUnowedChunks.execute(connection, dropped.chunkIds())
                                .map(dropped.messages())));
    }

    @Override
    public Future<Long> sweepChunks() {
        return database.once(SweepChunks::leftOvers).compose(v -> sweep(SLICES_MAX, 0));
    }

    @Override
    public Future<Long> dropDeduplicationKeys() {
        return database.once(DropExpired::deduplicationKeys);
    }

    private Future<Long> sweep(int slicesLeft, long sweptBefore) {
        return database.once(connection -> SweepChunks.execute(connection, sweptTo.get()))
                .compose(slice -> {
                    sweptTo.set(slice.last());
                    long swept = sweptBefore + slice.swept();
                    boolean done = slice.last() == 0 || slicesLeft == 1;
                    return done ? Future.succeededFuture(swept) : sweep(slicesLeft - 1, swept);
                });
    }
}
