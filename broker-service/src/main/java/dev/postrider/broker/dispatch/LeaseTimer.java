package dev.postrider.broker.dispatch;

import dev.postrider.broker.delivery.Handing;
import io.vertx.core.Promise;

/** Ends the leases of one queue on this broker when they run out. Runs on the broker's event loop. */
final class LeaseTimer {
    private final Engine engine;
    private final QueueDispatcher queue;
    private final Settling settling;
    private EventLoop.Timer timer;
    private long timerAt = Long.MAX_VALUE;

    LeaseTimer(Engine engine, QueueDispatcher queue, Settling settling) {
        this.engine = engine;
        this.queue = queue;
        this.settling = settling;
    }

    /** Something was handed out or extended, or a record that failed waits for its time. */
    void set() {
        long next = queue.core().nextLeaseMillis();
        if (next < timerAt) {
            if (timer != null) {
                timer.cancel();
            }
            timerAt = next;
            long delay = Math.max(1, next - engine.loop().monotonicMillis());
            timer = engine.loop().timer(delay, this::expire);
        }
    }

    private void expire() {
        timerAt = Long.MAX_VALUE;
        timer = null;
        if (queue.isClosed()) {
            return;
        }
        for (Handing expired : queue.core().expireLeases(engine.loop().monotonicMillis())) {
            int[] index = {expired.index()};
            engine.commits()
                    .settle(settling.end(
                            expired.range(),
                            index,
                            Ending.LEASE_EXPIRED,
                            new SettleOutcomes.Own(queue, Promise.promise())));
        }
        set();
        if (queue.partitions() != null) {
            queue.pump();
        }
    }
}
