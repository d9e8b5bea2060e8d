package dev.postrider.broker.store.postgres;

import dev.postrider.broker.store.ClaimedDelivery;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * From where on the claims of one queue look. As a rule from the beginning: what was claimed before has gone from the
 * index. But where somebody holds an old snapshot nothing goes, and a claim from the beginning walks all that was
 * ever claimed since. Once that is seen to take long, claims start a little before the last place where they found
 * something, and only some start from the beginning, for what was given back, came due or was committed late.
 *
 * <p>Thread-safe.
 */
final class ClaimStarts {
    private static final int PRIORITIES = 10;
    /** A walk that takes less for each delivery that it finds is no burden. */
    private static final long SLOW_NANOS = 3_000_000;
    /** So many walks in a row have to be slow: a single one may have met a busy machine. */
    private static final int SLOW_WALKS = 4;
    /** Commits take less, as a rule: what was made so long before the newest chunk is stored. In chunk ids. */
    private static final long OVERLAP = 2_000L << 22;

    private final Pace fromBeginning = new Pace(50, 10_000);
    private final long[] starts = beginning();
    private int slowWalks;
    private long newestChunk = Long.MIN_VALUE;

    private static long[] beginning() {
        long[] starts = new long[PRIORITIES];
        Arrays.fill(starts, Long.MIN_VALUE);
        return starts;
    }

    /**
     * A claim that is about to be made.
     *
     * @param chunkIds for each priority, the chunk id from which on to look
     * @param isWhole true if it looks from the beginning
     */
    record Walk(long[] chunkIds, boolean isWhole) {}

    /**
     * Where the next claim looks.
     *
     * @param newestStored the newest chunk that this broker has stored
     */
    synchronized Walk next(long nowNanos, long newestStored) {
        newestChunk = Math.max(newestChunk, newestStored);
        boolean whole = slowWalks < SLOW_WALKS || fromBeginning.isDue(nowNanos);
        return new Walk(whole ? beginning() : starts.clone(), whole);
    }

    /** A claim has ended well. */
    synchronized void walked(Walk walk, List<ClaimedDelivery> claimed, long nowNanos, long tookNanos) {
        if (walk.isWhole()) {
            slowWalks = tookNanos / (claimed.size() + 1) < SLOW_NANOS ? 0 : slowWalks + 1;
            fromBeginning.looked(nowNanos, tookNanos);
        }
        newestChunk = Math.max(newestChunk, newest(claimed));
        for (ClaimedDelivery delivery : claimed) {
            advance(delivery.priority(), Math.min(delivery.chunkId(), newestChunk - OVERLAP));
        }
        if (claimed.isEmpty() && newestChunk > 0) {
            for (int priority = 0; priority < PRIORITIES; priority++) {
                advance(priority, newestChunk - OVERLAP);
            }
        }
    }

    private void advance(int priority, long chunkId) {
        starts[priority] = Math.max(starts[priority], chunkId);
    }

    private static long newest(Collection<ClaimedDelivery> claimed) {
        return claimed.stream().mapToLong(ClaimedDelivery::chunkId).max().orElse(Long.MIN_VALUE);
    }
}
