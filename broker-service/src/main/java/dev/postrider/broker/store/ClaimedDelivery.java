package dev.postrider.broker.store;

/**
 * A delivery that the caller now owns.
 *
 * @param queueId the queue
 * @param chunkId the chunk
 * @param first index of the first record
 * @param count number of records
 * @param priority 0 to 9
 * @param attempts to be added to what each record says: how often an owner died with it
 * @param settled bits of the chunk's records that are settled; null if none is
 * @param standing where it stands; null: its queue is neither partitioned nor fair
 */
public record ClaimedDelivery(
        int queueId,
        long chunkId,
        int first,
        int count,
        int priority,
        int attempts,
        byte[] settled,
        Standing standing) {
    /** One of a queue that is neither partitioned nor fair. */
    public ClaimedDelivery(
            int queueId, long chunkId, int first, int count, int priority, int attempts, byte[] settled) {
        this(queueId, chunkId, first, count, priority, attempts, settled, null);
    }
}
