package dev.postrider.client;

import java.time.Duration;

/**
 * How a subscription takes messages.
 *
 * @param lease how long each message may stay unsettled, 100 ms to 12 h; null for the queue's own
 * @param prefetch 0: the broker is granted exactly what the subscriber requested. More: so many messages are kept
 *     granted or buffered ahead of the subscriber, topped up when half of them are used, for throughput; the lease of a
 *     buffered message runs while it waits here
 */
public record SubscribeOptions(Duration lease, int prefetch) {
    /** The bound of {@link #prefetch}. */
    public static final int PREFETCH_MAX = 100_000;

    private static final Duration LEASE_MIN = Duration.ofMillis(100);
    private static final Duration LEASE_MAX = Duration.ofHours(12);

    public SubscribeOptions {
        if (prefetch < 0 || prefetch > PREFETCH_MAX) {
            throw new IllegalArgumentException("prefetch must be 0 to " + PREFETCH_MAX + ", was " + prefetch);
        }
        if (lease != null && (lease.compareTo(LEASE_MIN) < 0 || lease.compareTo(LEASE_MAX) > 0)) {
            throw new IllegalArgumentException("lease must be 100 ms to 12 h, was " + lease);
        }
    }

    /** The queue's own lease, no prefetch. */
    public static SubscribeOptions defaults() {
        return new SubscribeOptions(null, 0);
    }

    public SubscribeOptions withLease(Duration value) {
        return new SubscribeOptions(value, prefetch);
    }

    public SubscribeOptions withPrefetch(int value) {
        return new SubscribeOptions(lease, value);
    }
}
