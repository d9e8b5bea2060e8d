package dev.postrider.broker.store;

/**
 * What is to be written of a delivery that the committing broker owns. Absolute, not relative: writing it twice
 * does no harm. Applied only where the owner is still the committing broker.
 *
 * @param queueId first part of the row's key
 * @param chunkId second part
 * @param first third part
 * @param kind what to do
 * @param settled a bit per record of the <em>chunk</em> (bit i%8 of byte i/8, lowest first), null if none is set;
 *     ignored
 *     by {@link Kind#FINISH}
 * @param settledCount how many bits are set within the delivery's range
 * @param settledBefore how many were set when the owner last heard of the row: if the row says otherwise, it is
 *     treated
 *     as lost, since a commit of the same owner whose answer was lost has changed it; -1: whatever it says
 * @param count records in the range as its owner knows it: the same owner may have claimed the row again with another
 *     cut, without hearing of it; -1: whatever the row says
 * @param rest what becomes a delivery of its own; null: nothing, as for all kinds but {@link Kind#SHED}
 */
public record Settlement(
        int queueId,
        long chunkId,
        int first,
        Kind kind,
        byte[] settled,
        int settledCount,
        int settledBefore,
        int count,
        Rest rest) {
    /**
     * Some records of the delivery.
     *
     * @param first the first of them, which is not the delivery's first
     * @param count records from the first to the last of them
     * @param settled a bit per record of the chunk, set for those between them that are not meant
     * @param settledCount how many these are
     */
    public record Rest(int first, int count, byte[] settled, int settledCount) {}

    /** One that is applied whatever the row's bits are. */
    public Settlement(int queueId, long chunkId, int first, Kind kind, byte[] settled, int settledCount) {
        this(queueId, chunkId, first, kind, settled, settledCount, -1, -1, null);
    }

    /** What becomes of the delivery row. */
    public enum Kind {
        /** The bits are written, the owner stays. */
        PROGRESS,
        /** Every record is settled: the row goes, and the chunk with its last row. */
        FINISH,
        /** The bits are written and the rest is given back: no owner, no attempt counted. */
        RELEASE,
        /**
         * The owner stays, and some records are given back all the same: {@link Settlement#rest} becomes a delivery
         * without an owner, no attempt counted. The bits count these as settled.
         */
        SHED
    }
}
