package dev.postrider.broker.store.postgres;

import dev.postrider.broker.store.ClaimedDelivery;
import dev.postrider.broker.store.PartitionStore;
import dev.postrider.broker.store.postgres.statement.ClaimInOrder;
import dev.postrider.broker.store.postgres.statement.ClaimMisplaced;
import dev.postrider.broker.store.postgres.statement.ServePartitions;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;

/** Partitions of ordered queues on PostgreSQL. Safe to call from any thread. */
final class PostgresPartitionStore implements PartitionStore {
    private final Database hot;
    private final Database management;

    PostgresPartitionStore(Database hot, Database management) {
        this.hot = hot;
        this.management = management;
    }

    @Override
    public Future<Share> share(int queueId, long owner, long term, int count, boolean wants) {
        return shareOnce(queueId, owner, term, count, wants)
                .compose(sharing -> sharing.there() >= count || !wants
                        ? Future.succeededFuture(sharing.share())
                        : management
                                .repeating(() -> management.once(
                                        connection -> ServePartitions.create(connection, queueId, count)))
                                .compose(v -> shareOnce(queueId, owner, term, count, true))
                                .map(ServePartitions.Sharing::share));
    }

    private Future<ServePartitions.Sharing> shareOnce(int queueId, long owner, long term, int count, boolean wants) {
        return management.repeating(() ->
                management.once(connection -> ServePartitions.share(connection, queueId, owner, term, count, wants)));
    }

    @Override
    public Future<List<ClaimedDelivery>> claimInOrder(
            int queueId, long owner, long term, Collection<Integer> partitions, int wanted) {
        return hot.repeating(() ->
                hot.once(connection -> ClaimInOrder.execute(connection, queueId, owner, term, partitions, wanted)));
    }

    @Override
    public Future<List<Integer>> giveUp(int queueId, long owner, Collection<Integer> partitions) {
        return management.transaction(connection -> ServePartitions.giveUp(connection, queueId, owner, partitions));
    }

    @Override
    public Future<List<ClaimedDelivery>> claimMisplaced(int queueId, long owner, int count) {
        return management.repeating(
                () -> management.once(connection -> ClaimMisplaced.execute(connection, queueId, owner, count)));
    }
}
