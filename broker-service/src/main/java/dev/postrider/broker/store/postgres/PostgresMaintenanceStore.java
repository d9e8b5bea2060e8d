package dev.postrider.broker.store.postgres;

import dev.postrider.broker.store.ClaimedDelivery;
import dev.postrider.broker.store.MaintenanceStore;
import dev.postrider.broker.store.postgres.statement.ClaimExpired;
import dev.postrider.broker.store.postgres.statement.DeleteUnowedChunks;
import dev.postrider.broker.store.postgres.statement.DropExpired;
import dev.postrider.broker.store.postgres.statement.FindHorizon;
import dev.postrider.broker.store.postgres.statement.StageDeliveries;
import dev.postrider.broker.store.postgres.statement.SweepChunks;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Staging, expiry and sweeping. Safe to call from any thread; several brokers share the work by skipping locks. */
final class PostgresMaintenanceStore implements MaintenanceStore {
    /** Pieces of one sweep; the next sweep goes on where this one stopped. */
    private static final int PIECES_MAX = 4;

    private final Database database;
    private final Slices slices;
    private final AtomicLong sweptTo = new AtomicLong(Long.MIN_VALUE);

    PostgresMaintenanceStore(Database database, Slices slices) {
        this.database = database;
        this.slices = slices;
    }

    @Override
    public Future<Integer> turnSlices() {
        return slices.turn();
    }

    @Override
    public Future<Horizon> horizon() {
        return database.ask(FindHorizon::execute);
    }

    @Override
    public Future<Staged> stage() {
        return database.once(StageDeliveries::execute).compose(staging -> database.once(StageDeliveries::nextDueMillis)
                .map(next -> new Staged(List.copyOf(staging.queueIds()), next, staging.isFull())));
    }

    @Override
    public Future<Map<Integer, Long>> dropExpired() {
        return database.transaction(connection -> DropExpired.deliveries(connection)
                .compose(dropped -> DeleteUnowedChunks.execute(connection, dropped.chunkIds())
                        .map(dropped.messages())));
    }

    @Override
    public Future<List<ClaimedDelivery>> claimExpired(long owner) {
        return database.once(connection -> ClaimExpired.execute(connection, owner));
    }

    @Override
    public Future<Long> sweepChunks() {
        return database.once(SweepChunks::leftOvers).compose(v -> sweep(PIECES_MAX, 0));
    }

    @Override
    public Future<Long> dropDeduplicationKeys() {
        return database.once(DropExpired::deduplicationKeys);
    }

    private Future<Long> sweep(int piecesLeft, long sweptBefore) {
        return database.once(connection -> SweepChunks.execute(connection, sweptTo.get()))
                .compose(piece -> {
                    sweptTo.set(piece.last());
                    long swept = sweptBefore + piece.swept();
                    boolean done = piece.last() == Long.MIN_VALUE || piecesLeft == 1;
                    return done ? Future.succeededFuture(swept) : sweep(piecesLeft - 1, swept);
                });
    }
}
