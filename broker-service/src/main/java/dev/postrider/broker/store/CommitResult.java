package dev.postrider.broker.store;

import java.util.Map;
import java.util.Set;

/**
 * What a transaction did.
 *
 * @param stored false: a guarded batch met a lost delivery and was rolled back, nothing is stored
 * @param lost settlements that found no row of this owner
 * @param dropped how many messages went because of an {@link Excess}, by queue; those with none may be missing
 */
public record CommitResult(boolean stored, Set<Settlement> lost, Map<Integer, Long> dropped) {
    /** One that dropped nothing. */
    public CommitResult(boolean stored, Set<Settlement> lost) {
        this(stored, lost, Map.of());
    }
}
