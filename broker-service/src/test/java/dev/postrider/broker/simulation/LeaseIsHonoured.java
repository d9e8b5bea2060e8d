package dev.postrider.broker.simulation;

/**
 * Whoever holds a message holds it alone while the lease runs, unless it gave the message back, or its broker or the
 * other one was declared dead.
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
            if (isHeld(other, handOut.atMillis)) {
                throw broken(handOut + " while the lease of " + other + " runs until " + other.leaseUntilMillis);
            }
        }
    }

    private boolean isHeld(HandOut handOut, long atMillis) {
        return !handOut.refused
                && !handOut.session.left
                && handOut.leaseUntilMillis > atMillis
                && world.lives(handOut.receipt.brokerId());
    }
}
