package dev.postrider.broker.transport;

/**
 * What clients may send.
 *
 * @param messageBytes the largest body of a message, 1 to 64 MiB
 * @param batchBytes the largest batch; at least {@code messageBytes}
 * @param inFlightPublishBytes what all publishes that are not yet stored may hold together; at least
 *     {@code batchBytes}
 */
public record Limits(int messageBytes, int batchBytes, long inFlightPublishBytes) {
    private static final int MIB = 1024 * 1024;
    private static final int MESSAGE_BYTES_CEILING = 64 * MIB;
    private static final int PUBLISHES_PART_OF_HEAP = 10;
    private static final int BATCH_BYTES_CEILING = 512 * MIB;

    /** Messages in one batch. */
    public static final int BATCH_MESSAGES = 10_000;

    public Limits {
        require(messageBytes >= 1 && messageBytes <= MESSAGE_BYTES_CEILING, "message-bytes must be 1 to 64 MiB");
        require(
                batchBytes >= messageBytes && batchBytes <= BATCH_BYTES_CEILING,
                "batch-bytes must be between message-bytes and 512 MiB");
        require(
                inFlightPublishBytes >= batchBytes,
                "in-flight-publish-bytes must be at least batch-bytes, or a batch could never be stored");
    }

    /** 1 MiB, 16 MiB, 64 MiB. */
    public static Limits defaults() {
        return new Limits(MIB, 16 * MIB, 64L * MIB);
    }

    /**
     * What publishes may hold together unless somebody says it: 64 MiB, or less with a small heap, of which each byte
     * of a publish takes several while it is read, parsed and put into a chunk.
     */
    static long inFlightPublishBytes(int batchBytes, long heapBytes) {
        return Math.max(batchBytes, Math.min(64L * MIB, heapBytes / PUBLISHES_PART_OF_HEAP));
    }

    private static void require(boolean condition, String sentence) {
        if (!condition) {
            throw new IllegalArgumentException("postrider.limits." + sentence);
        }
    }
}
