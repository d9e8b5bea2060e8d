package dev.postrider.broker.dispatch;

/**
 * Bounds of the running loops.
 *
 * @param autoCreateQueues create a queue on first use
 * @param lanes commits under way at once at most, 1 to 16; two keep the disk busy while the next gathers (guessed)
 * @param commitRecordsMax records one commit takes
 * @param commitBytesMax bytes one commit takes
 * @param chunkRecordsMax records one chunk holds
 * @param chunkBytesMax bytes one chunk holds, unless a single record is larger
 * @param cacheBytesMax chunks kept in memory for a claim to come
 * @param heldBytesMax claimed chunks held in memory, beyond which nothing more is claimed
 */
public record DispatchSettings(
        boolean autoCreateQueues,
        int lanes,
        int commitRecordsMax,
        int commitBytesMax,
        int chunkRecordsMax,
        int chunkBytesMax,
        long cacheBytesMax,
        long heldBytesMax) {
    private static final int LANES_MAX = 16;

    public DispatchSettings {
        if (lanes < 1 || lanes > LANES_MAX) {
            throw new IllegalArgumentException("lanes must be 1 to " + LANES_MAX);
        }
    }

    /** Defaults; sizes are guesses that the benchmarks may correct. */
    public static DispatchSettings defaults(boolean autoCreateQueues) {
        return new DispatchSettings(
                autoCreateQueues,
                2,
                50_000,
                16 << 20,
                8_192,
                1 << 20,
                Math.min(64L << 20, Runtime.getRuntime().maxMemory() / 8),
                Runtime.getRuntime().maxMemory() / 6);
    }

    public DispatchSettings withLanes(int value) {
        return new DispatchSettings(
                autoCreateQueues,
                value,
                commitRecordsMax,
                commitBytesMax,
                chunkRecordsMax,
                chunkBytesMax,
                cacheBytesMax,
                heldBytesMax);
    }
}
