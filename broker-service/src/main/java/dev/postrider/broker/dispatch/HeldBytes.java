package dev.postrider.broker.dispatch;

import dev.postrider.broker.delivery.ClaimedRange;

/**
 * How many bytes of claimed chunks this broker holds, over all queues. Credit bounds messages, and messages may be
 * large: beyond the bound nothing more is claimed until something is settled. A chunk of which several ranges are
 * held counts several times, which errs to the safe side.
 */
final class HeldBytes {
    private final long bytesMax;
    private long bytes;

    HeldBytes(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    void add(ClaimedRange range) {
        bytes += range.records().byteCount();
    }

    /** Call before the range drops its records. */
    void remove(ClaimedRange range) {
        bytes -= range.records().byteCount();
    }

    long bytes() {
        return bytes;
    }

    boolean isFull() {
        return bytes >= bytesMax;
    }
}
