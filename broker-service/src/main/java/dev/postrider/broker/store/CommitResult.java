package dev.postrider.broker.store;

import java.util.Set;

/**
 * What a transaction did.
 *
 * @param stored false: a guarded batch met a lost delivery and was rolled back, nothing is stored
 * @param lost settlements that found no row of this owner
 */
public record CommitResult(boolean stored, Set<Settlement> lost) {}
