package dev.postrider.messaging;

import dev.postrider.client.ReceivedMessage;
import io.vertx.core.Vertx;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Extends the leases of a channel's messages while they are processed, each third of a lease, so that a slow method
 * does not have its message handed out a second time. Gives up after the longest processing time. Thread-safe.
 */
final class LeaseKeeper {
    private static final Logger LOG = System.getLogger(LeaseKeeper.class.getName());

    private final Duration lease;
    private final long processingNanosMax;
    private final Map<ReceivedMessage, Long> sinceNanos = new ConcurrentHashMap<>();
    private final Vertx vertx;
    private final long timer;

    LeaseKeeper(Vertx vertx, Duration lease, Duration maxProcessingTime) {
        this.vertx = vertx;
        this.lease = lease;
        this.processingNanosMax = maxProcessingTime.toNanos();
        this.timer = vertx.setPeriodic(Math.max(1, lease.toMillis() / 3), tick -> extendAll(System.nanoTime()));
    }

    void keep(ReceivedMessage message) {
        sinceNanos.put(message, System.nanoTime());
    }

    void release(ReceivedMessage message) {
        sinceNanos.remove(message);
    }

    void close() {
        vertx.cancelTimer(timer);
        sinceNanos.clear();
    }

    private void extendAll(long nowNanos) {
        sinceNanos.forEach((message, since) -> {
            if (nowNanos - since > processingNanosMax) {
                LOG.log(Level.WARNING, "Message {0} is processed for too long; its lease runs out", message.id());
                release(message);
            } else {
                message.extend(lease).subscribe().with(done -> {}, failure -> lost(message, failure));
            }
        });
    }

    private void lost(ReceivedMessage message, Throwable failure) {
        LOG.log(Level.DEBUG, "The lease of a message was not extended; the broker hands it out again", failure);
        release(message);
    }
}
