package dev.postrider.broker.store;

/**
 * A delivery as it stands, looked at and left alone.
 *
 * @param chunkId the chunk
 * @param first index of the first record
 * @param count number of records
 * @param priority 0 to 9
 * @param readyAtMillis when it becomes ready, 0: it is
 * @param owner 0: nobody
 * @param attempts to be added to what each record says
 * @param settled bits of settled records; may be null
 */
public record PeekedDelivery(
        long chunkId,
        int first,
        int count,
        int priority,
        long readyAtMillis,
        long owner,
        int attempts,
        byte[] settled) {
    /** What can be asked for. */
    public enum State {
        READY,
        SCHEDULED,
        IN_FLIGHT
    }
}
