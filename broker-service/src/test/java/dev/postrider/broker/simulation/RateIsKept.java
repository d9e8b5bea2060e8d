package dev.postrider.broker.simulation;

import dev.postrider.protocol.TextRate;
import java.util.ArrayDeque;

/**
 * Of a queue with a maximum rate, all brokers together hand out no more in ten seconds than it allows, and no more than
 * what a pause of half a second can pile up besides.
 */
final class RateIsKept extends Invariant {
    private static final long WINDOW_MILLIS = 10_000;
    /** Places are granted ahead and may be taken late; the way to the client takes time, too. */
    private static final long SLACK_MILLIS = 1_000;

    private final World world;
    private final ArrayDeque<Long> times = new ArrayDeque<>();

    RateIsKept(World world) {
        this.world = world;
    }

    @Override
    void handedOut(HandOut handOut) {
        TextRate rate = world.wishes().settingsOf(handOut.queue).limits().maxDeliveryRate();
        if (rate == null) {
            return;
        }
        times.add(handOut.atMillis);
        while (times.peekFirst() <= handOut.atMillis - WINDOW_MILLIS) {
            times.removeFirst();
        }
        long most = (WINDOW_MILLIS + SLACK_MILLIS) * rate.count() / rate.periodMillis() + 2;
        if (times.size() > most) {
            throw broken(times.size() + " messages in ten seconds at " + rate.text() + ", the last " + handOut);
        }
    }
}
