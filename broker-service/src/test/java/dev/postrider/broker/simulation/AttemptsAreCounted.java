package dev.postrider.broker.simulation;

/** An attempt is counted for each failure and for nothing else: giving a message back costs none. */
final class AttemptsAreCounted extends Invariant {
    private final World world;

    AttemptsAreCounted(World world) {
        this.world = world;
    }

    @Override
    void handedOut(HandOut handOut) {
        long freed = world.model().tables().freedRows();
        int atMost = 1;
        int atLeast = 1;
        for (HandOut other : world.history().handOuts(handOut.identity())) {
            atMost += mayCount(other) ? 1 : 0;
            atLeast += other.end == HandOut.End.NACK ? 1 : 0;
        }
        if (handOut.attempt > atMost + freed) {
            throw broken(handOut + ", but only " + (atMost - 1) + " attempts before can have failed, and " + freed
                    + " ranges were taken from the dead");
        }
        boolean startedAnew = world.history().mayComeBack(handOut.queue, 0);
        if (handOut.attempt < atLeast && !startedAnew && world.lives(handOut.receipt.brokerId())) {
            throw broken(handOut + ", but " + (atLeast - 1) + " failures were confirmed before");
        }
    }

    private static boolean mayCount(HandOut handOut) {
        boolean givenBackInTime = handOut.session.left && handOut.session.leftAtMillis < handOut.leaseUntilMillis;
        boolean leftOpen = handOut.requests > 0 && handOut.end == null;
        return handOut.refused || leftOpen || !givenBackInTime;
    }
}
