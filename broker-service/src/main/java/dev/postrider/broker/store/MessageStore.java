package dev.postrider.broker.store;

import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The hot path: chunks and deliveries, and who serves the partitions of ordered queues. Futures complete on the
 * caller's Vert.x context where it has one. Every failure is a {@link StoreException}.
 */
public interface MessageStore extends PartitionStore {
    /**
     * Runs one transaction: asks the admission's questions, lets {@code build} make the batch from the answers,
     * writes it and commits. With an empty admission everything goes in one round trip. {@code build} may be called
     * again when the transaction is repeated after a serialization failure or a deadlock; if it returns null,
     * everything is rolled back, the claimed keys too, and the result says that nothing is stored.
     */
    Future<CommitResult> commit(Admission admission, Function<Admitted, CommitBatch> build);

    /**
     * Claims ready, unowned deliveries by priority, then age, skipping those that others are claiming, until about
     * {@code wanted} records are held. The last delivery is split when it has more than is wanted.
     *
     * @param wanted 1 up
     * @return in claim order; empty if nothing is ready
     */
    Future<List<ClaimedDelivery>> claim(int queueId, long owner, int wanted);

    /**
     * As {@link #claim}, for a queue whose messages gain priority with age: one that has been ready for
     * {@code ageingMillis} longer than another comes before it though its priority is one lower, and so on.
     *
     * @param ageingMillis 1 up
     */
    Future<List<ClaimedDelivery>> claimAged(int queueId, long owner, int wanted, long ageingMillis);

    /**
     * As {@link #claim}, for a queue whose tenants take turns: by priority, then by place (see {@link FairPlace}), and
     * at last what has no place.
     */
    Future<List<ClaimedDelivery>> claimFair(int queueId, long owner, int wanted);

    /**
     * Every delivery that the broker owns by the database's account. What it does not know of itself was left by a
     * commit or a claim whose answer was lost.
     */
    Future<List<ClaimedDelivery>> owned(long owner);

    /** Reads chunks by id; a missing one is missing in the map. */
    Future<Map<Long, byte[]>> readChunks(Collection<Long> chunkIds);

    /** Of the given queues, those that have something ready and unowned. Also used as the slow poll. */
    Future<List<Integer>> queuesWithWork(Collection<Integer> queueIds);

    /** Deletes unowned deliveries (ready and scheduled) of a queue, with chunks that nobody owes any more. */
    Future<Long> purge(int queueId);

    /** What brokers share so that limits hold on all of them together. */
    LimitStore limits();

    /** Reads deliveries for a peek, oldest first, from after the given place. */
    Future<List<PeekedDelivery>> peek(
            int queueId, PeekedDelivery.State state, long afterChunk, int afterFirst, int limit);
}
