package dev.postrider.broker.store;

import java.util.List;

/**
 * Everything one transaction writes.
 *
 * @param owner the committing broker
 * @param chunks to insert
 * @param settlements of deliveries it owns, at most one for each
 * @param deadLetters to insert
 * @param redriven ids of dead letters to delete
 * @param guarded true if chunks or dead letters stand for records that the settlements end, or for redriven dead
 *     letters: then the transaction is rolled back when one settlement finds no row of this owner, or one dead letter
 *     is no longer there
 * @param relaxed true if nothing of it needs to survive a crash of the database that comes at once
 * @param excess what is to be dropped, oldest first, of what is ready and unowned once the chunks are inserted; at most
 *     one for each queue
 */
public record CommitBatch(
        long owner,
        List<NewChunk> chunks,
        List<Settlement> settlements,
        List<NewDeadLetter> deadLetters,
        List<Long> redriven,
        boolean guarded,
        boolean relaxed,
        List<Excess> excess) {
    /** One that drops nothing and is durable. */
    public CommitBatch(
            long owner,
            List<NewChunk> chunks,
            List<Settlement> settlements,
            List<NewDeadLetter> deadLetters,
            List<Long> redriven,
            boolean guarded) {
        this(owner, chunks, settlements, deadLetters, redriven, guarded, false, List.of());
    }

    /** Its settlements of that kind. */
    public List<Settlement> settled(Settlement.Kind kind) {
        return settlements.stream()
                .filter(settlement -> settlement.kind() == kind)
                .toList();
    }

    /** True if there is nothing to write; keys that its admission claimed are stored all the same. */
    public boolean isEmpty() {
        return chunks.isEmpty() && settlements.isEmpty() && deadLetters.isEmpty() && redriven.isEmpty();
    }
}
