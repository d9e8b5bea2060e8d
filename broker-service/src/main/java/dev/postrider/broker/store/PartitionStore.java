package dev.postrider.broker.store;

import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;

/**
 * Who serves which partition of the queues that have some, and claims from them. A partition is served by one
 * broker at a time, and freed in the transaction that frees what a dead or a leaving broker owned. Every failure is a
 * {@link StoreException}.
 */
public interface PartitionStore {
    /**
     * Takes partitions that nobody serves until the owner has its fair share of them, and lets the term of all that
     * it serves be {@code term} unless it is higher. A broker that is not among the living takes none.
     *
     * @param term rises with every claim whose answer was lost
     * @param count how many partitions the queue has
     * @param wants false: it takes none, and its fair share is 0
     */
    Future<Share> share(int queueId, long owner, long term, int count, boolean wants);

    /**
     * Claims ready deliveries of partitions that the owner serves in that term, those that hold their keys first,
     * then by place, until about {@code wanted} records are held. Deliveries are not split, and none of a partition
     * is left out before one that is claimed.
     *
     * @param wanted 1 up
     * @return in claim order; empty if nothing is ready there
     */
    Future<List<ClaimedDelivery>> claimInOrder(
            int queueId, long owner, long term, Collection<Integer> partitions, int wanted);

    /** Stops serving those of the partitions of which the owner holds no delivery; answers which they are. */
    Future<List<Integer>> giveUp(int queueId, long owner, Collection<Integer> partitions);

    /**
     * Claims ready deliveries that lie in no partition of the queue, since they were stored before it had them, some
     * hundred at most: nobody else does.
     *
     * @param count how many partitions the queue has
     */
    Future<List<ClaimedDelivery>> claimMisplaced(int queueId, long owner, int count);

    /**
     * What a broker has of a queue.
     *
     * @param fair how many partitions it should serve at most: all of them over the brokers with consumers, rounded
     *     up
     * @param numbers those that it serves in the term
     */
    record Share(int fair, List<Integer> numbers) {}
}
