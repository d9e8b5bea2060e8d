package dev.postrider.broker.dispatch;

import dev.postrider.broker.store.Admission;
import dev.postrider.broker.store.Admitted;
import dev.postrider.broker.store.ClaimedDelivery;
import dev.postrider.broker.store.CommitBatch;
import dev.postrider.broker.store.CommitResult;
import dev.postrider.broker.store.LimitStore;
import dev.postrider.broker.store.MessageStore;
import dev.postrider.broker.store.NewChunk;
import dev.postrider.broker.store.NewDelivery;
import dev.postrider.broker.store.PeekedDelivery;
import dev.postrider.broker.store.Settlement;
import dev.postrider.broker.store.StoreException;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * A store of chunks that carries out what it is told, and of which a test can lose the next answer. Knows what the
 * tests of this package need: appends, finished settlements, claims of what nobody owns, and ownership.
 */
final class ForgetfulStore implements MessageStore {
    private final Map<Long, byte[]> chunks = new HashMap<>();
    private final List<ClaimedDelivery> owned = new ArrayList<>();
    private final List<ClaimedDelivery> ready = new ArrayList<>();
    private boolean losesNextAnswer;
    private Future<Void> claimable = Future.succeededFuture();

    void loseNextAnswer() {
        losesNextAnswer = true;
    }

    /** Claims are answered once that is complete. */
    void answerClaimsAfter(Future<Void> event) {
        claimable = event;
    }

    int chunkCount() {
        return chunks.size();
    }

    @Override
    public Future<CommitResult> commit(Admission admission, Function<Admitted, CommitBatch> build) {
        CommitBatch batch = build.apply(Admitted.ALL);
        batch.chunks().forEach(this::append);
        for (Settlement settlement : batch.settlements()) {
            owned.removeIf(
                    delivery -> delivery.chunkId() == settlement.chunkId() && delivery.first() == settlement.first());
        }
        return answer(new CommitResult(true, Set.of()));
    }

    private void append(NewChunk chunk) {
        chunks.put(chunk.id(), chunk.records());
        for (NewDelivery delivery : chunk.deliveries()) {
            (delivery.owner() == 0 ? ready : owned)
                    .add(new ClaimedDelivery(
                            delivery.queueId(), chunk.id(), delivery.first(), delivery.count(), 0, 0, null));
        }
    }

    private <T> Future<T> answer(T value) {
        if (losesNextAnswer) {
            losesNextAnswer = false;
            return Future.failedFuture(new StoreException(StoreException.Outcome.UNKNOWN, "The answer was lost", null));
        }
        return Future.succeededFuture(value);
    }

    @Override
    public Future<List<ClaimedDelivery>> claim(int queueId, long owner, int wanted) {
        List<ClaimedDelivery> claimed = new ArrayList<>();
        int room = wanted;
        for (ClaimedDelivery next : List.copyOf(ready)) {
            if (next.queueId() == queueId && next.count() <= room) {
                room -= next.count();
                claimed.add(next);
            }
        }
        ready.removeAll(claimed);
        owned.addAll(claimed);
        return claimable.compose(any -> answer(List.copyOf(claimed)));
    }

    @Override
    public Future<List<ClaimedDelivery>> claimAged(int queueId, long owner, int wanted, long ageingMillis) {
        return claim(queueId, owner, wanted);
    }

    @Override
    public Future<List<ClaimedDelivery>> claimFair(int queueId, long owner, int wanted) {
        return claim(queueId, owner, wanted);
    }

    @Override
    public Future<List<ClaimedDelivery>> owned(long owner) {
        return answer(List.copyOf(owned));
    }

    @Override
    public Future<Map<Long, byte[]>> readChunks(Collection<Long> chunkIds) {
        return answer(Map.copyOf(chunks));
    }

    @Override
    public Future<List<Integer>> queuesWithWork(Collection<Integer> queueIds) {
        return answer(List.of());
    }

    @Override
    public Future<Long> purge(int queueId) {
        throw new UnsupportedOperationException();
    }

    @Override
    public LimitStore limits() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<List<PeekedDelivery>> peek(
            int queueId, PeekedDelivery.State state, long afterChunk, int afterFirst, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<Share> share(int queueId, long owner, long term, int count, boolean wants) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<List<ClaimedDelivery>> claimInOrder(
            int queueId, long owner, long term, Collection<Integer> partitions, int wanted) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<List<Integer>> giveUp(int queueId, long owner, Collection<Integer> partitions) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<List<ClaimedDelivery>> claimMisplaced(int queueId, long owner, int count) {
        throw new UnsupportedOperationException();
    }
}
