package dev.postrider.broker.dispatch;

import dev.postrider.broker.store.LimitStore.SlotRequest;
import dev.postrider.broker.store.LimitStore.Slots;
import java.util.List;

/**
 * Holds what this broker has handed out of one queue within its part of the queue's bound. Asks for as many slots as it
 * needs, returns those that it has not needed for a moment, and comes down to its share where others want some. While a
 * request is under way it uses no more than it told the database it would keep, so that the sum holds whatever becomes
 * of the request. Runs on the broker's event loop.
 */
final class InFlightSlots {
    /** Claimed beyond the slots, so that there is something to hand out when a slot is free. */
    private static final int CLAIM_AHEAD = 10;

    private static final long UNUSED_MILLIS = 100;
    private static final long RETRY_MILLIS = 100;
    /** How soon a broker that has all it needs hears of others that have not. */
    private static final long SHARING_MILLIS = 500;

    private final Engine engine;
    private final QueueDispatcher queue;
    private long turn;
    private int slots;
    private int share = Integer.MAX_VALUE;
    private int lastWanted;
    private boolean asking;
    /** The last request came to nothing, so that the database may count more for this broker than it has. */
    private boolean untold;

    private long waitsUntilMillis = Long.MIN_VALUE;
    private boolean timing;

    InFlightSlots(Engine engine, QueueDispatcher queue) {
        this.engine = engine;
        this.queue = queue;
    }

    /** How many messages may be handed out now. */
    int room() {
        return Math.max(0, Math.min(slots, share) - held());
    }

    /** How many records are worth having in memory. */
    long claimable() {
        return (long) room() + CLAIM_AHEAD;
    }

    private int held() {
        return queue.core().heldCount();
    }

    /** True if all there is to have is in flight. */
    boolean isShut() {
        return room() == 0 && !asking && engine.loop().monotonicMillis() < waitsUntilMillis;
    }

    /** Forgets what was leased to a broker that lives no more: it went with it. */
    void reset() {
        slots = 0;
        share = Integer.MAX_VALUE;
        lastWanted = 0;
        untold = false;
    }

    /**
     * Asks for slots, or returns them.
     *
     * @param demand messages that could be handed out at once, 0 up
     */
    void look(long demand) {
        if (asking) {
            return;
        }
        int held = held();
        int wanted = (int) Math.min(Integer.MAX_VALUE, (long) held + demand);
        long now = engine.loop().monotonicMillis();
        if (slots > share && held < slots) {
            ask(Math.max(held, share), wanted);
        } else if (demand > room() && slots <= share && wanted > slots) {
            if (now >= waitsUntilMillis) {
                ask(slots, wanted);
            } else {
                lookAgainIn(waitsUntilMillis - now);
            }
        } else if (untold || slots > wanted || lastWanted > wanted) {
            lookAgainIn(UNUSED_MILLIS);
        } else if (slots > 0 && !engine.session().peers().isEmpty()) {
            lookAgainIn(SHARING_MILLIS);
        }
    }

    private void lookAgainIn(long millis) {
        if (!timing) {
            timing = true;
            engine.loop().timer(Math.max(1, millis), () -> {
                timing = false;
                if (!asking) {
                    report();
                }
                queue.pump();
            });
        }
    }

    /** Tells what is needed now, if that is less than before or others may want to know. */
    private void report() {
        int held = held();
        int wanted = (int) Math.min(Integer.MAX_VALUE, (long) held + Math.max(0, queue.readyForConsumers()));
        boolean shares = slots > 0 && !engine.session().peers().isEmpty();
        if (untold || slots > wanted || lastWanted > wanted || shares && wanted <= slots) {
            ask(Math.min(slots, wanted), wanted);
        } else if (shares && slots <= share) {
            ask(Math.min(slots, held), wanted);
        }
    }

    private void ask(int kept, int wanted) {
        asking = true;
        boolean returns = kept < slots;
        slots = kept;
        lastWanted = wanted;
        long broker = engine.session().brokerId();
        SlotRequest request = new SlotRequest(queue.definition().id(), broker, ++turn, kept, wanted);
        engine.loop().attempt(() -> engine.store().limits().lease(request)).onComplete(done -> {
            asking = false;
            untold = done.failed();
            if (broker == engine.session().brokerId()) {
                take(done.succeeded() ? done.result() : new Slots(kept, Integer.MAX_VALUE), wanted);
            }
            if (returns && !engine.session().peers().isEmpty()) {
                engine.signals().work(List.of(request.queueId()));
            }
            queue.pump();
        });
    }

    private void take(Slots granted, int wanted) {
        slots = granted.slots();
        share = granted.share();
        if (slots < wanted) {
            waitsUntilMillis = engine.loop().monotonicMillis() + RETRY_MILLIS;
        }
    }
}
