package dev.postrider.broker.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Of each key of a queue that bounds it no more messages are held at a time than may be, of a strict queue one
 * altogether: each while its lease runs, unless it was given back or its broker was declared dead. Excused as in
 * {@link LeaseIsHonoured}.
 */
final class InFlightPerKeyIsBounded extends Invariant {
    private final World world;
    private final Map<String, List<HandOut>> held = new HashMap<>();

    InFlightPerKeyIsBounded(World world) {
        this.world = world;
    }

    @Override
    void handedOut(HandOut handOut) {
        int most = world.wishes().inFlightPerKey();
        if (handOut.message == null || most == 0 || !handOut.queue.equals(Wishes.MAIL)) {
            return;
        }
        String key = world.wishes().isStrict() ? "" : handOut.message.orderKey;
        if (key == null || !world.lives(handOut.receipt.brokerId()) || isExcused(handOut)) {
            return;
        }
        List<HandOut> ofKey = held.computeIfAbsent(key, absent -> new ArrayList<>());
        ofKey.removeIf(before -> !isHeld(before, handOut.atMillis));
        if (ofKey.size() >= most) {
            throw broken(handOut + " while " + ofKey + " are held");
        }
        ofKey.add(handOut);
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
