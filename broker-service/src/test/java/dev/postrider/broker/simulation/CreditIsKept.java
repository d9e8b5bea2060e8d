package dev.postrider.broker.simulation;

import java.util.HashMap;
import java.util.Map;

/** No consumer gets more than it has asked for. */
final class CreditIsKept extends Invariant {
    private final World world;
    private final Map<Session, Integer> granted = new HashMap<>();

    CreditIsKept(World world) {
        this.world = world;
    }

    @Override
    void granted(Session session, int credit) {
        granted.merge(session, credit, Integer::sum);
    }

    @Override
    void handedOut(HandOut handOut) {
        Session session = handOut.session;
        long taken = 1
                + session.handOuts.stream()
                        .filter(other -> !session.options.creditReturns() || isHeld(other))
                        .count();
        if (taken > granted.getOrDefault(session, 0)) {
            throw broken(handOut + " is number " + taken + " of " + granted.get(session));
        }
    }

    private boolean isHeld(HandOut handOut) {
        return handOut.requests == 0
                && handOut.leaseUntilMillis > world.scheduler().nowMillis()
                && !world.server().wasReleasedLate(handOut.receipt.chunkId())
                && world.lives(handOut.receipt.brokerId());
    }
}
