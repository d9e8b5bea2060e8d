package dev.postrider.broker.dispatch;

import dev.postrider.broker.queue.Limits;

/**
 * Keeps what one queue hands out here within the limits that it has on all brokers together. A queue without such
 * limits is let through. Runs on the broker's event loop.
 */
final class Throttle {
    private final Engine engine;
    private final QueueDispatcher queue;
    private final Pacing pacing;
    private final InFlightSlots slots;
    private long brokerId;

    Throttle(Engine engine, QueueDispatcher queue) {
        this.engine = engine;
        this.queue = queue;
        this.pacing = new Pacing(engine, queue);
        this.slots = new InFlightSlots(engine, queue);
    }

    private Limits limits() {
        return queue.definition().settings().limits();
    }

    private boolean hasRate() {
        return limits().maxDeliveryRate() != null;
    }

    private boolean hasBound() {
        return limits().maxInFlight() != null;
    }

    /** True if the queue has limits that concern handing out. */
    boolean isOn() {
        return hasRate() || hasBound();
    }

    /** How many messages may be handed out now. */
    int room() {
        if (!isOn()) {
            return Integer.MAX_VALUE;
        }
        if (brokerId != engine.session().brokerId()) {
            brokerId = engine.session().brokerId();
            pacing.reset();
            slots.reset();
        }
        int byPace = hasRate() ? pacing.room(limits().maxDeliveryRate()) : Integer.MAX_VALUE;
        return hasBound() ? Math.min(byPace, slots.room()) : byPace;
    }

    /** Room that was there just now has been used. */
    void handedOut(int messages) {
        if (hasRate()) {
            pacing.handedOut(messages);
        }
    }

    /** How many of the wanted records are worth claiming: what lies here beyond is kept from other brokers. */
    long claimable(long wanted) {
        if (!isOn()) {
            return wanted;
        }
        long byPace = hasRate() ? pacing.claimable() : Long.MAX_VALUE;
        long bySlots = hasBound() ? slots.claimable() : Long.MAX_VALUE;
        return Math.min(wanted, Math.min(byPace, bySlots) - queue.core().availableCount());
    }

    /** True if a limit lets nothing through at present, and not soon. */
    boolean isShut() {
        return hasRate() && pacing.isShut() || hasBound() && slots.isShut();
    }

    /** Sees to it that there is room for what could be handed out, and that nobody else lacks what is not used. */
    void look(long soon) {
        if (isOn()) {
            long demand = queue.readyForConsumers();
            if (hasBound()) {
                slots.look(Math.max(0, demand));
            }
            if (hasRate()) {
                pacing.look(hasBound() ? Math.min(demand, slots.room()) : demand, soon);
            }
        }
    }
}
