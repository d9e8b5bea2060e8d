package dev.postrider.broker.maintenance;

import dev.postrider.broker.dispatch.Broker;
import dev.postrider.broker.dispatch.EventLoop;
import dev.postrider.broker.store.MaintenanceStore;
import dev.postrider.broker.store.WakeSignals;
import io.vertx.core.Future;
import org.jboss.logging.Logger;

/**
 * Makes scheduled deliveries ready when they are due: at the time it knows of, and with every poll for those that
 * other brokers stored. Runs on the broker's event loop.
 */
final class Stager {
    private static final Logger LOG = Logger.getLogger(Stager.class);

    private final Broker broker;
    private final MaintenanceStore store;
    private final WakeSignals signals;
    private final EventLoop loop;
    private final long pollMillis;
    private EventLoop.Timer timer;
    private long timerAtMillis = Long.MAX_VALUE;
    private boolean running;
    private boolean stopped;
    private long dueWhileRunning = Long.MAX_VALUE;

    Stager(Broker broker, MaintenanceStore store, WakeSignals signals, EventLoop loop, long pollMillis) {
        this.broker = broker;
        this.store = store;
        this.signals = signals;
        this.loop = loop;
        this.pollMillis = pollMillis;
    }

    void start() {
        broker.onScheduled(this::dueAt);
        wakeAt(broker.nowMillis());
    }

    void stop() {
        stopped = true;
        if (timer != null) {
            timer.cancel();
        }
    }

    /** Something is due then, by the database's clock. */
    private void dueAt(long millis) {
        if (running) {
            dueWhileRunning = Math.min(dueWhileRunning, millis);
        } else {
            wakeAt(millis);
        }
    }

    private void wakeAt(long millis) {
        if (stopped || millis >= timerAtMillis) {
            return;
        }
        if (timer != null) {
            timer.cancel();
        }
        timerAtMillis = millis;
        timer = loop.timer(Math.max(1, Math.min(millis - broker.nowMillis(), pollMillis)), this::run);
    }

    private void run() {
        timer = null;
        timerAtMillis = Long.MAX_VALUE;
        running = true;
        runOnce()
                .onComplete(done -> loop.execute(() -> {
                    running = false;
                    long next = done.succeeded() ? done.result() : Long.MAX_VALUE;
                    if (done.failed()) {
                        LOG.debug("Staging failed and is tried again", done.cause());
                    }
                    wakeAt(Math.min(Math.min(next, dueWhileRunning), broker.nowMillis() + pollMillis));
                    dueWhileRunning = Long.MAX_VALUE;
                }));
    }

    /** Stages what is due; answers when to look again. */
    Future<Long> runOnce() {
        return loop.hop(store.stage()).map(staged -> {
            if (!staged.queueIds().isEmpty()) {
                broker.wake(staged.queueIds());
                signals.work(staged.queueIds());
            }
            if (staged.more()) {
                return 0L;
            }
            return staged.nextDueMillis() == 0 ? Long.MAX_VALUE : staged.nextDueMillis();
        });
    }
}
