package dev.postrider.broker.store;

import io.vertx.core.Future;
import java.util.List;
import java.util.Map;

/** The slow work that any broker may do at any time; each call is bounded and safe on several brokers at once. */
public interface MaintenanceStore {
    /** Makes scheduled deliveries ready that are due, some thousands at most. */
    Future<Staged> stage();

    /**
     * Deletes unowned deliveries whose records have all expired, some thousands at most, but those of queues that name
     * a dead-letter queue.
     *
     * @return how many messages went, by queue
     */
    Future<Map<Integer, Long>> dropExpired();

    /**
     * Claims unowned deliveries, ready or scheduled, whose records have all expired and whose queue names a
     * dead-letter queue: somebody has to read them and send them there. A hundred at most, the longest expired first.
     */
    Future<List<ClaimedDelivery>> claimExpired(long owner);

    /**
     * Makes room for chunks to come, moves what is left of old slices of time to the kept chunks, and drops slices of
     * which nobody is owed anything. Answers how many went.
     */
    Future<Integer> turnSlices();

    /** How far back the database has to keep what is dead. */
    Future<Horizon> horizon();

    /**
     * Deletes kept chunks that nobody owes: what a race between two last settlements leaves. Returns how many went.
     */
    Future<Long> sweepChunks();

    /** Forgets deduplication keys past their window. Returns how many went. */
    Future<Long> dropDeduplicationKeys();

    /**
     * What staging did.
     *
     * @param queueIds queues that got work
     * @param nextDueMillis when the next scheduled delivery is due, 0 if there is none
     * @param more true if the bound was met and more is due now
     */
    record Staged(List<Integer> queueIds, long nextDueMillis, boolean more) {}

    /**
     * The oldest state of the database that somebody may still look at; rows that died later cannot be reclaimed.
     *
     * @param ageMillis since when it is held, 0 if by nobody
     * @param transactions that were begun since
     */
    record Horizon(long ageMillis, long transactions) {}
}
