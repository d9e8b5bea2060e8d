package dev.postrider.worker;

import java.util.concurrent.atomic.AtomicBoolean;

/** A delivery whose handler runs. Safe for any thread. */
final class ActiveDelivery {
    final Delivery delivery;
    private final AtomicBoolean decided = new AtomicBoolean();
    private volatile HandlerRunner.Running running;
    private volatile long extendedNanos;
    private volatile boolean stopAsked;

    ActiveDelivery(Delivery delivery) {
        this.delivery = delivery;
        this.extendedNanos = delivery.startedNanos();
    }

    /** The handler has been started. */
    void running(HandlerRunner.Running handle) {
        running = handle;
        if (stopAsked) {
            handle.stop();
        }
    }

    /** True for the first who asks: that one settles the message. */
    boolean decide() {
        return decided.compareAndSet(false, true);
    }

    boolean isDecided() {
        return decided.get();
    }

    void stop() {
        stopAsked = true;
        HandlerRunner.Running handle = running;
        if (handle != null) {
            handle.stop();
        }
    }

    long extendedNanos() {
        return extendedNanos;
    }

    void extended(long nowNanos) {
        extendedNanos = nowNanos;
    }
}
