package dev.postrider.broker.dispatch;

import dev.postrider.broker.store.KeptChunks;

/**
 * Makes chunk ids, which sort by time. Not thread-safe.
 *
 * <pre>
 * bits 62..22  milliseconds of the database's clock since 2020-01-01T00:00Z, good until 2089
 * bits 21..12  slot of the broker, 0 to 1023
 * bits 11..0   counter within the millisecond
 * </pre>
 *
 * <p>Bit 63 tells chunks apart that are {@linkplain KeptChunks kept}.
 */
public final class ChunkIds {
    private static final long EPOCH_MILLIS = 1_577_836_800_000L;
    private static final int SLOT_BITS = 10;
    private static final int COUNTER_BITS = 12;
    private static final int TIME_SHIFT = SLOT_BITS + COUNTER_BITS;

    private final int slot;
    private long lastMillis;
    private int counter;

    /** {@code afterMillis}: every id is later than that. */
    ChunkIds(int slot, long afterMillis) {
        if (slot < 0 || slot >= 1 << SLOT_BITS) {
            throw new IllegalArgumentException("slot must be 0 to 1023, was " + slot);
        }
        this.slot = slot;
        this.lastMillis = afterMillis;
        this.counter = (1 << COUNTER_BITS) - 1;
    }

    /** The time in the last id. */
    long lastMillis() {
        return lastMillis;
    }

    /** A new id. Runs ahead of the clock rather than repeat one or go back. */
    long next(long nowMillis) {
        if (nowMillis > lastMillis) {
            lastMillis = nowMillis;
            counter = 0;
        } else if (++counter == 1 << COUNTER_BITS) {
            lastMillis++;
            counter = 0;
        }
        return lastMillis - EPOCH_MILLIS << TIME_SHIFT | (long) slot << COUNTER_BITS | counter;
    }

    /** When the chunk was made, in milliseconds since 1970. */
    public static long millisOf(long chunkId) {
        return (KeptChunks.originalId(chunkId) >>> TIME_SHIFT) + EPOCH_MILLIS;
    }

    /** The smallest id a chunk made at or after that time can have. */
    public static long floorOf(long millis) {
        return Math.max(0, millis - EPOCH_MILLIS) << TIME_SHIFT;
    }
}
