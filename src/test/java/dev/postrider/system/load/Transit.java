package dev.postrider.system.load;

import java.util.concurrent.TimeUnit;

/** Since when messages that a broker pushes may have been on their way to one consumer. For one thread. */
final class Transit {
    /** What a broker sent before it knew of a settlement elsewhere may be so long on its way. */
    private static final long ON_ITS_WAY_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final long BURST_NANOS = TimeUnit.SECONDS.toNanos(1);

    private long lastArrival = System.nanoTime();
    private long silentSince;
    private long silenceEnded = Long.MIN_VALUE;

    /**
     * Since when the message that was read {@code at} may have been on its way. What comes first after a silence may
     * have been given to the connection before it: a process that stands still keeps it for as long.
     */
    long sentAfter(long at) {
        if (at - lastArrival > ON_ITS_WAY_NANOS) {
            silentSince = lastArrival;
            silenceEnded = at;
        }
        lastArrival = at;
        boolean isBehindSilence = silenceEnded != Long.MIN_VALUE && at - silenceEnded < BURST_NANOS;
        return (isBehindSilence ? silentSince : at) - ON_ITS_WAY_NANOS;
    }
}
