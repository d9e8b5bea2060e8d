package dev.postrider.broker.store.postgres;

import dev.postrider.broker.store.BrokerRegistry;
import dev.postrider.broker.store.StoreException;
import dev.postrider.broker.store.postgres.statement.BeatHeart;
import dev.postrider.broker.store.postgres.statement.FreeDeliveriesOfDeadBrokers;
import dev.postrider.broker.store.postgres.statement.JoinBrokers;
import dev.postrider.broker.store.postgres.statement.LeaveBrokers;
import dev.postrider.broker.store.postgres.statement.ServePartitions;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** The table {@code broker}. Safe to call from any thread. */
final class PostgresBrokerRegistry implements BrokerRegistry {
    private final Database database;
    private final LongSupplier ids;
    /** It walks what brokers once owned, which takes long where somebody holds an old snapshot. */
    private final Pace orphanLooks = new Pace(20, 5_000);

    /**
     * Over a database.
     *
     * @param ids makes ids of brokers, above 0 and never the same again, on whatever machine
     */
    PostgresBrokerRegistry(Database database, LongSupplier ids) {
        this.database = database;
        this.ids = ids;
    }

    @Override
    public Future<Membership> join(String address, boolean supersede) {
        long id = ids.getAsLong();
        return database.transaction(connection -> JoinBrokers.lock(connection)
                .compose(v -> supersede ? removePredecessors(connection, address) : Future.succeededFuture())
                .compose(v -> JoinBrokers.execute(connection, id, address))
                .map(joined -> joined.orElseThrow(() -> new StoreException(
                        StoreException.Outcome.NOT_STORED, "There are too many brokers on this database", null))));
    }

    @Override
    public Future<Heartbeat> beat(long brokerId, Map<Integer, Integer> consumers) {
        return database.ask(connection -> BeatHeart.execute(connection, brokerId, consumers));
    }

    @Override
    public Future<Void> leave(long brokerId) {
        // In this order, since a claim or a settlement may be on its way still: see ServePartitions and free below.
        return database.transaction(connection -> ServePartitions.free(connection, List.of(brokerId))
                .compose(v -> LeaveBrokers.free(connection, brokerId))
                .compose(v -> LeaveBrokers.execute(connection, brokerId))
                .mapEmpty());
    }

    @Override
    public Future<List<Integer>> reap(long silenceMillis) {
        return database.transaction(connection -> FreeDeliveriesOfDeadBrokers.removeSilent(connection, silenceMillis)
                        .compose(gone -> free(connection, gone)))
                .compose(freed -> freeOrphans().map(orphaned -> union(freed, orphaned)));
    }

    private Future<List<Integer>> freeOrphans() {
        long begunNanos = System.nanoTime();
        if (!orphanLooks.isDue(begunNanos)) {
            return Future.succeededFuture(List.of());
        }
        return database.repeating(() -> database.once(FreeDeliveriesOfDeadBrokers::freeOrphans))
                .onComplete(done -> {
                    long nowNanos = System.nanoTime();
                    orphanLooks.looked(nowNanos, done.succeeded() ? nowNanos - begunNanos : 0);
                });
    }

    private static List<Integer> union(List<Integer> some, List<Integer> others) {
        return Stream.concat(some.stream(), others.stream()).distinct().toList();
    }

    private static Future<?> removePredecessors(SqlConnection connection, String address) {
        return JoinBrokers.removePredecessors(connection, address).compose(gone -> free(connection, gone));
    }

    /**
     * Frees partitions, and then the deliveries twice: a settlement that held one of them while the first time waited
     * for it may have put a record that failed in its place.
     */
    private static Future<List<Integer>> free(SqlConnection connection, List<Long> gone) {
        return gone.isEmpty()
                ? Future.succeededFuture(List.of())
                : ServePartitions.free(connection, gone)
                        .compose(v -> FreeDeliveriesOfDeadBrokers.free(connection, gone))
                        .compose(first -> FreeDeliveriesOfDeadBrokers.free(connection, gone)
                                .map(second -> union(first, second)));
    }
}
