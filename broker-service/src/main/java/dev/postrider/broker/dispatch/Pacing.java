package dev.postrider.broker.dispatch;

import dev.postrider.broker.delivery.Allowance;
import dev.postrider.broker.store.LimitStore;
import dev.postrider.broker.store.LimitStore.Places;
import dev.postrider.protocol.TextRate;

/**
 * Keeps the pace of one queue that has a maximum delivery rate: asks for places in the time that all brokers share, as
 * many as it can use in the next moment, and gives back those that it could not. Runs on the broker's event loop.
 */
final class Pacing {
    /** Claimed ahead at that pace, so that a message is there when its place is. */
    private static final long CLAIM_AHEAD_NANOS = 200_000_000;
    /** Asked for again when so much time is left: an answer takes less, as a rule. */
    private static final long ASK_AHEAD_NANOS = 50_000_000;

    /** Longer than a client that polls takes from one request to the next. */
    private static final long UNUSED_MILLIS = 100;

    private static final long RETRY_MILLIS = 250;
    /** Of a wait that is no failure: somebody may give places back. */
    private static final long WAIT_MILLIS_MAX = 5_000;

    private final Engine engine;
    private final QueueDispatcher queue;
    private final Allowance allowance = new Allowance();
    private long intervalNanos;
    private long endNanos;
    private boolean asking;
    private boolean returning;
    private long demandedMillis = Long.MIN_VALUE / 2;
    private long lastDemand;
    private long waitsUntilMillis = Long.MIN_VALUE;
    private EventLoop.Timer timer;
    private long timerAtMillis = Long.MAX_VALUE;

    Pacing(Engine engine, QueueDispatcher queue) {
        this.engine = engine;
        this.queue = queue;
    }

    /** How many messages may be handed out now. */
    int room(TextRate rate) {
        long interval = Math.max(1, rate.periodMillis() * 1_000_000 / rate.count());
        if (interval != intervalNanos) {
            intervalNanos = interval;
            allowance.clear();
            waitsUntilMillis = Long.MIN_VALUE;
        }
        return allowance.due(engine.loop().monotonicNanos());
    }

    void handedOut(int messages) {
        allowance.take(messages);
    }

    /** How many records are worth having in memory. */
    long claimable() {
        return CLAIM_AHEAD_NANOS / intervalNanos + 1;
    }

    /** True if the pace allows nothing for a while. */
    boolean isShut() {
        return allowance.open() == 0
                && engine.loop().monotonicMillis() < waitsUntilMillis - LimitStore.GRANT_NANOS / 1_000_000;
    }

    /** Forgets what was granted to a broker that lives no more. */
    void reset() {
        allowance.clear();
    }

    /**
     * Asks for places, or gives them back.
     *
     * @param demand messages that could be handed out at once
     * @param soon messages that are likely to follow in a moment
     */
    void look(long demand, long soon) {
        int open = allowance.open();
        long now = engine.loop().monotonicMillis();
        if (demand > 0) {
            demandedMillis = now;
            lastDemand = demand;
        } else {
            giveBackSoon(open);
            // Between two requests of a client that polls, time goes on.
            if (now - demandedMillis >= UNUSED_MILLIS) {
                return;
            }
        }
        boolean nearlyOut = open == 0 || allowance.lastNanos() - engine.loop().monotonicNanos() < ASK_AHEAD_NANOS;
        if (lastDemand + soon > open && nearlyOut && !asking && now >= waitsUntilMillis) {
            ask((int) Math.min(Integer.MAX_VALUE, lastDemand + soon - open));
        }
        if (open > 0) {
            wakeIn(nanosToMillis(allowance.nextNanos() - engine.loop().monotonicNanos()));
        } else if (!asking) {
            wakeIn(waitsUntilMillis - now);
        }
    }

    private void ask(int wanted) {
        asking = true;
        long asked = intervalNanos;
        long broker = engine.session().brokerId();
        engine.loop()
                .attempt(
                        () -> engine.store().limits().reserve(queue.definition().id(), asked, wanted))
                .onComplete(done -> {
                    asking = false;
                    if (done.failed()) {
                        waitMillis(RETRY_MILLIS);
                    } else if (asked == intervalNanos
                            && broker == engine.session().brokerId()) {
                        take(done.result());
                    }
                    queue.pump();
                });
    }

    private void take(Places places) {
        if (places.count() == 0) {
            // Not before the place itself can be had, which is some time ahead of it.
            waitMillis(nanosToMillis(places.firstInNanos() - LimitStore.AHEAD_NANOS / 2));
            return;
        }
        long first = engine.loop().monotonicNanos() + places.firstInNanos();
        allowance.add(first, intervalNanos, places.count());
        endNanos = places.endNanos();
    }

    private void waitMillis(long millis) {
        waitsUntilMillis = engine.loop().monotonicMillis() + Math.max(1, Math.min(WAIT_MILLIS_MAX, millis));
    }

    private static long nanosToMillis(long nanos) {
        return Math.max(0, (nanos + 999_999) / 1_000_000);
    }

    private void wakeIn(long millis) {
        long at = engine.loop().monotonicMillis() + Math.max(1, millis);
        if (at < timerAtMillis) {
            if (timer != null) {
                timer.cancel();
            }
            timerAtMillis = at;
            timer = engine.loop().timer(Math.max(1, millis), () -> {
                timerAtMillis = Long.MAX_VALUE;
                timer = null;
                queue.pump();
            });
        }
    }

    private void giveBackSoon(int open) {
        if (open > 0 && !returning) {
            returning = true;
            engine.loop().timer(UNUSED_MILLIS, () -> {
                returning = false;
                if (engine.loop().monotonicMillis() - demandedMillis < UNUSED_MILLIS) {
                    queue.pump();
                } else if (!asking) {
                    giveBack();
                }
            });
        }
    }

    private void giveBack() {
        long unused = allowance.clear();
        if (unused > 0) {
            engine.loop()
                    .attempt(() ->
                            engine.store().limits().giveBack(queue.definition().id(), endNanos, unused))
                    .onComplete(done -> queue.pump());
        }
    }
}
