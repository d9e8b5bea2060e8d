package dev.postrider.broker.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Messages of one key, from a publisher that waits for each answer, are handed out in the order of publishing: one
 * may come again, but not once a later one has come. Excused are dead letters that an operator may have sent back
 * to work, and a release that lands so late that nobody reckoned with it any more.
 */
final class KeyOrderIsKept extends Invariant {
    private final World world;
    private final Map<String, List<HandOut>> byKey = new HashMap<>();

    KeyOrderIsKept(World world) {
        this.world = world;
    }

    @Override
    void handedOut(HandOut handOut) {
        Published message = handOut.message;
        boolean ordered = world.wishes().isOrdered();
        if (!ordered || message == null || message.orderKey == null || !handOut.queue.equals(Wishes.MAIL)) {
            return;
        }
        List<HandOut> before = byKey.computeIfAbsent(message.orderKey, absent -> new ArrayList<>());
        for (HandOut other : before) {
            if (isOvertaken(handOut, other) || isOvertaken(other, handOut)) {
                throw broken(handOut + " and " + other + " of " + message.orderKey);
            }
        }
        before.add(handOut);
    }

    private boolean isOvertaken(HandOut late, HandOut early) {
        return late.message.number < early.message.number
                && late.atMillis > early.atMillis
                && !isExcused(late)
                && !isExcused(early);
    }

    private boolean isExcused(HandOut handOut) {
        return world.history().mayComeBack(handOut.queue, 0)
                || world.server().wasReleasedLate(handOut.receipt.chunkId())
                || !world.lives(handOut.receipt.brokerId());
    }
}
