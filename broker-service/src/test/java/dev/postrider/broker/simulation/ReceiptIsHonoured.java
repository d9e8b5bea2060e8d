package dev.postrider.broker.simulation;

/**
 * Nobody is told that a receipt has expired while the lease runs, its holder is there, and its broker lives. Told so,
 * a client gives the message up, and nobody has it until the lease ends.
 */
final class ReceiptIsHonoured extends Invariant {
    private final World world;

    ReceiptIsHonoured(World world) {
        this.world = world;
    }

    @Override
    void turnedDown(HandOut handOut) {
        // Of a request whose answer was lost nobody knows what it did.
        boolean first = handOut.requests == 1;
        boolean holds = !handOut.session.left && !handOut.session.gone && handOut.session.process.isUp();
        boolean runs = world.history().nowMillis() < handOut.leaseUntilMillis;
        boolean excused = world.server().wasReleasedLate(handOut.receipt.chunkId());
        if (first && holds && runs && !excused && world.lives(handOut.receipt.brokerId())) {
            throw broken(handOut + ", whose lease runs until " + handOut.leaseUntilMillis);
        }
    }
}
