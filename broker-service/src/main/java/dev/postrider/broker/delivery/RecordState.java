package dev.postrider.broker.delivery;

/**
 * Where a record of a claimed range stands. The way is READY, LEASED, SETTLING, SETTLED; a record goes back to
 * READY when its consumer leaves, and from SETTLING to LEASED when a commit fails. Kept as bytes: there is one per
 * record.
 */
final class RecordState {
    /** In memory, waiting for credit. */
    static final byte READY = 0;
    /** Handed out; its receipt is valid. */
    static final byte LEASED = 1;
    /** Its end is on the way to the database. */
    static final byte SETTLING = 2;
    /** Its end is committed. */
    static final byte SETTLED = 3;

    private RecordState() {}
}
