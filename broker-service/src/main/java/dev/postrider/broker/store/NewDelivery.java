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
 * @param settled a bit per record of the chunk, as in {@link Settlement#settled}, set for those that the queue
 *     does not owe; null: it owes all
 * @param settledCount how many bits are set within the range
 * @param turn when it is its turn among others of the queue
 */
public record NewDelivery(
        int queueId,
        int first,
        int count,
        int byteCount,
        int priority,
        long readyAtMillis,
        long expiresAtMillis,
        long owner,
        byte[] settled,
        int settledCount,
        Turn turn) {
    /** The partition where there is none. */
    public static final int NOT_PARTITIONED = -1;
    /**
     * A delivery with a partition stands so many places before what was stored with a priority less; more than will
     * ever be stored. Ordered queues name no priority.
     */
    public static final long PLACES_OF_A_PRIORITY = 1L << 59;

    /**
     * When it is a delivery's turn.
     *
     * @param part the partition, or what {@link FairPlace#part} says of a fair queue; -1: the queue has neither
     * @param holds true: each of the records holds its key, so that they go before all others of the partition; then
     *     it is owned from the start, and {@code readyAtMillis} says when it may be handed out
     * @param place of a delivery of a fair queue: see {@link FairPlace}; others are given one when they are stored
     */
    public record Turn(int part, boolean holds, long place) {
        /** Of a queue that is neither partitioned nor fair: by priority, then age. */
        public static final Turn BY_AGE = new Turn(NOT_PARTITIONED, false, 0);

        /** Of a partitioned queue. */
        public static Turn inOrder(int part, boolean holds) {
            return new Turn(part, holds, 0);
        }

        /** Of a fair queue. */
        public static Turn fair(int priority, long place) {
            return new Turn(FairPlace.part(priority), false, place);
        }
    }

    public int part() {
        return turn.part;
    }

    public boolean holds() {
        return turn.holds;
    }

    /** How many records the queue owes. */
    public int owed() {
        return count - settledCount;
    }
}
