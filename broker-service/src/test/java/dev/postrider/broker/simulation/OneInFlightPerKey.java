package dev.postrider.broker.simulation;

import dev.postrider.broker.queue.Ordering;
import java.util.HashMap;
import java.util.Map;

/**
 * Of each key of an ordered queue, and of a strict queue altogether, one message is held at a time: while the lease
 * runs, unless it was given back or its broker was declared dead. Excused as in {@link LeaseIsHonoured}.
 */
final class OneInFlightPerKey extends Invariant {
    private final World world;
    private final Map<String, HandOut> last = new HashMap<>();

    OneInFlightPerKey(World world) {
        this.world = world;
    }

    @Override
    void handedOut(HandOut handOut) {
        Ordering ordering = world.wishes().ordering();
        if (handOut.message == null || ordering == Ordering.NONE || !handOut.queue.equals(Wishes.MAIL)) {
            return;
        }
        String key = ordering == Ordering.STRICT ? "" : handOut.message.orderKey;
        if (key == null || !world.lives(handOut.receipt.brokerId())) {
            return;
        }
        HandOut before = last.put(key, handOut);
        if (before != null && isHeld(before, handOut.atMillis) && !isExcused(handOut)) {
            throw broken(handOut + " while " + before + " is held until " + before.leaseUntilMillis);
        }
    }

    private boolean isExcused(HandOut handOut) {
        return world.server().wasReleasedLate(handOut.receipt.chunkId());
    }

    private boolean isHeld(HandOut handOut, long atMillis) {
        return handOut.requests == 0
                && !handOut.session.left
                && handOut.leaseUntilMillis > atMillis
                && world.lives(handOut.receipt.brokerId())
                && !isExcused(handOut);
    }
}
