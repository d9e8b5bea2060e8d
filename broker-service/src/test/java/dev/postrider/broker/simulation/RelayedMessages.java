package dev.postrider.broker.simulation;

import dev.postrider.broker.store.Admission;
import dev.postrider.broker.store.Admitted;
import dev.postrider.broker.store.ClaimedDelivery;
import dev.postrider.broker.store.CommitBatch;
import dev.postrider.broker.store.CommitResult;
import dev.postrider.broker.store.LimitStore;
import dev.postrider.broker.store.MessageStore;
import dev.postrider.broker.store.PeekedDelivery;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** A message store that hands everything on; defects spoil one method of it. */
class RelayedMessages implements MessageStore {
    protected final MessageStore right;

    RelayedMessages(MessageStore right) {
        this.right = right;
    }

    @Override
    public Future<CommitResult> commit(Admission admission, Function<Admitted, CommitBatch> build) {
        return right.commit(admission, build);
    }

    @Override
    public Future<List<ClaimedDelivery>> claim(int queueId, long owner, int wanted) {
        return right.claim(queueId, owner, wanted);
    }

    @Override
    public Future<List<ClaimedDelivery>> claimAged(int queueId, long owner, int wanted, long ageingMillis) {
        return right.claimAged(queueId, owner, wanted, ageingMillis);
    }

    @Override
    public Future<List<ClaimedDelivery>> claimFair(int queueId, long owner, int wanted) {
        return right.claimFair(queueId, owner, wanted);
    }

    @Override
    public Future<List<ClaimedDelivery>> owned(long owner) {
        return right.owned(owner);
    }

    @Override
    public Future<Map<Long, byte[]>> readChunks(Collection<Long> chunkIds) {
        return right.readChunks(chunkIds);
    }

    @Override
    public Future<List<Integer>> queuesWithWork(Collection<Integer> queueIds) {
        return right.queuesWithWork(queueIds);
    }

    @Override
    public Future<Long> purge(int queueId) {
        return right.purge(queueId);
    }

    @Override
    public LimitStore limits() {
        return right.limits();
    }

    @Override
    public Future<List<PeekedDelivery>> peek(
            int queueId, PeekedDelivery.State state, long afterChunk, int afterFirst, int limit) {
        return right.peek(queueId, state, afterChunk, afterFirst, limit);
    }

    @Override
    public Future<Share> share(int queueId, long owner, long term, int count, boolean wants) {
        return right.share(queueId, owner, term, count, wants);
    }

    @Override
    public Future<List<ClaimedDelivery>> claimInOrder(
            int queueId, long owner, long term, Collection<Integer> partitions, int wanted) {
        return right.claimInOrder(queueId, owner, term, partitions, wanted);
    }

    @Override
    public Future<List<Integer>> giveUp(int queueId, long owner, Collection<Integer> partitions) {
        return right.giveUp(queueId, owner, partitions);
    }

    @Override
    public Future<List<ClaimedDelivery>> claimMisplaced(int queueId, long owner, int count) {
        return right.claimMisplaced(queueId, owner, count);
    }
}
