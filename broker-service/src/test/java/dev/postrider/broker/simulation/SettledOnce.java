package dev.postrider.broker.simulation;

import java.util.HashMap;
import java.util.Map;

/** A message whose end was confirmed has ended: it does not come back, and does not end in another way too. */
final class SettledOnce extends Invariant {
    private final World world;
    private final Map<String, HandOut> ended = new HashMap<>();

    SettledOnce(World world) {
        this.world = world;
    }

    @Override
    void handedOut(HandOut handOut) {
        HandOut end = ended.get(handOut.identity());
        // A broker that was declared dead and does not know it yet cannot be kept from handing out; its word is void.
        if (end != null && mayHaveComeBack(end)) {
            ended.remove(handOut.identity());
        } else if (end != null && world.lives(handOut.receipt.brokerId())) {
            throw broken(handOut + " though it ended with " + end.end + " of " + end);
        }
    }

    private boolean mayHaveComeBack(HandOut end) {
        return end.end == HandOut.End.DEAD_LETTER && world.history().mayComeBack(end.queue, end.endedAtMillis);
    }

    @Override
    void settled(HandOut handOut, HandOut.End end) {
        if (handOut.end != null) {
            throw broken(handOut + " ended with " + handOut.end + " and then with " + end);
        }
        if (end != HandOut.End.NACK) {
            HandOut before = ended.putIfAbsent(handOut.identity(), handOut);
            if (before != null && !mayHaveComeBack(before)) {
                throw broken(before + " ended with " + before.end + ", and " + handOut + " with " + end);
            }
        }
    }
}
