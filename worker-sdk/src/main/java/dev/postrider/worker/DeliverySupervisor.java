package dev.postrider.worker;

import dev.postrider.client.PostriderException;
import dev.postrider.protocol.ProblemCode;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;

/**
 * Watches the deliveries whose handlers run: extends their leases at a third of their length, and ends what takes too
 * long. One look at all of them, several times per third, serves any number. Safe for any thread.
 */
final class DeliverySupervisor {
    private final WorkerSettings settings;
    private final WorkerListener listener;
    private final BiConsumer<ActiveDelivery, Throwable> onTimeout;
    private final Set<ActiveDelivery> active = ConcurrentHashMap.newKeySet();

    /** @param onTimeout told a delivery that took too long, before its handler is stopped */
    DeliverySupervisor(
            WorkerSettings settings, WorkerListener listener, BiConsumer<ActiveDelivery, Throwable> onTimeout) {
        this.settings = settings;
        this.listener = listener;
        this.onTimeout = onTimeout;
    }

    /** How often {@link #look} is to be called. */
    long periodMillis() {
        long period = settings.lease().toMillis() / 12;
        if (settings.handlerTimeout() != null) {
            period = Math.min(period, settings.handlerTimeout().toMillis() / 4);
        }
        return Math.max(5, Math.min(period, 1_000));
    }

    void watch(ActiveDelivery delivery) {
        active.add(delivery);
    }

    void forget(ActiveDelivery delivery) {
        active.remove(delivery);
    }

    Set<ActiveDelivery> active() {
        return active;
    }

    void look(long nowNanos) {
        for (ActiveDelivery delivery : active) {
            if (delivery.isDecided()) {
                continue;
            }
            if (isTooLate(delivery, nowNanos)) {
                Duration limit = settings.handlerTimeout();
                onTimeout.accept(delivery, new TimeoutException("not handled within " + limit.toMillis() + " ms"));
                delivery.stop();
            } else if (nowNanos - delivery.extendedNanos() >= settings.lease().toNanos() / 3) {
                delivery.extended(nowNanos);
                extend(delivery);
            }
        }
    }

    private boolean isTooLate(ActiveDelivery delivery, long nowNanos) {
        Duration limit = settings.handlerTimeout();
        return limit != null && nowNanos - delivery.delivery.startedNanos() >= limit.toNanos();
    }

    private void extend(ActiveDelivery active) {
        Delivery delivery = active.delivery;
        if (delivery.isLeaseLost()) {
            return;
        }
        delivery.message().extend(settings.lease()).subscribe().with(done -> {}, failure -> {
            // Settled meanwhile: then it is no loss that the extension came too late.
            if (isLost(failure) && !active.isDecided() && !delivery.isLeaseLost()) {
                delivery.loseLease();
                listener.leaseLost(delivery);
            }
        });
    }

    /** True if the broker, or the loss of the connection, says that the message is no longer ours. */
    static boolean isLost(Throwable failure) {
        return failure instanceof PostriderException problem
                && (problem.is(ProblemCode.RECEIPT_EXPIRED) || problem.is(ProblemCode.INVALID_RECEIPT));
    }
}
