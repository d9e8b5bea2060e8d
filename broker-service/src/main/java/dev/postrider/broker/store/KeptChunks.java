package dev.postrider.broker.store;

/**
 * Tells the two kinds of chunks apart. Most lie in the slice of the time when they were made, which is dropped whole
 * once nobody is owed anything of it. One that would keep its slice for long, because it is due far in the future or
 * is left over when all else is done, is <em>kept</em>: it lies apart and is deleted with its last delivery. Bit 63
 * of its id is set, so that kept chunks sort before all others, and among themselves by time.
 */
public final class KeptChunks {
    private static final long KEPT = Long.MIN_VALUE;

    private KeptChunks() {}

    /** The id under which the chunk is kept. */
    public static long keptId(long chunkId) {
        return chunkId | KEPT;
    }

    public static boolean isKept(long chunkId) {
        return chunkId < 0;
    }

    /** The id that the chunk got when it was made; ids of messages derive from it. */
    public static long originalId(long chunkId) {
        return chunkId & ~KEPT;
    }
}
