package dev.postrider.broker.simulation;

/**
 * Whoever holds a message holds it alone while the lease runs, unless it gave the message back, or its broker or the
 * other one was declared dead. One more excuse: a release that lands so late that its sender has given up on it, looked
 * again, and taken the range in again. Nothing in the row tells the two times of owning it apart.
 */
final class LeaseIsHonoured extends Invariant {
    private final World world;

    LeaseIsHonoured(World world) {
        this.world = world;
    }

    @Override
    void handedOut(HandOut handOut) {
        if (!world.lives(handOut.receipt.brokerId())) {
            return;
        }
        for (HandOut other : world.history().handOuts(handOut.identity())) {
            if (!isExcused(handOut) && !isExcused(other) && isHeld(other, handOut.atMillis)) {
                throw broken(handOut + " while the lease of " + other + " runs until " + other.leaseUntilMillis);
            }
        }
    }

    private boolean isExcused(HandOut handOut) {
        return world.server().wasReleasedLate(handOut.receipt.chunkId());
    }

    private boolean isHeld(HandOut handOut, long atMillis) {
        return !handOut.refused
                && !handOut.session.left
                && handOut.leaseUntilMillis > atMillis
                && world.lives(handOut.receipt.brokerId());
    }
}
