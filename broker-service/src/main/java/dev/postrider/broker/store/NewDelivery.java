package dev.postrider.broker.store;

/**
 * A delivery row to insert with its chunk.
 *
 * @param queueId the queue that owes the records
 * @param first index of the first record in the chunk
 * @param count number of records
 * @param byteCount their size, for statistics
 * @param priority 0 to 9
 * @param readyAtMillis when it becomes ready; 0: it is ready
 * @param expiresAtMillis when the last of the records expires; 0: never
 * @param owner the broker that holds it from the start; 0: none
 */
public record NewDelivery(
        int queueId,
        int first,
        int count,
        int byteCount,
        int priority,
        long readyAtMillis,
        long expiresAtMillis,
        long owner) {}
