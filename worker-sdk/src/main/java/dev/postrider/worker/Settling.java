package dev.postrider.worker;

import dev.postrider.client.PostriderException;
import dev.postrider.client.ReceivedMessage;
import io.smallrye.mutiny.Uni;
import java.time.Duration;

/** Settles messages as their handlers ended, and tells the listener once the broker has confirmed. */
final class Settling {
    private static final Duration RETRY_FIRST = Duration.ofMillis(100);
    private static final Duration RETRY_LONGEST = Duration.ofSeconds(2);

    private final Slots slots;
    private final WorkerListener listener;
    private final Duration patience;
    private final Runnable onSettled;

    /** @param onSettled called after each settlement, confirmed or not */
    Settling(WorkerSettings settings, Slots slots, WorkerListener listener, Runnable onSettled) {
        this.slots = slots;
        this.listener = listener;
        this.patience = settings.lease().dividedBy(2);
        this.onSettled = onSettled;
    }

    /** The handler returned. Does nothing if somebody settled the message before. */
    void succeeded(ActiveDelivery active) {
        if (active.decide()) {
            settle(
                    active,
                    active.delivery.message().ack(),
                    () -> listener.succeeded(active.delivery, took(active.delivery)));
        }
    }

    /** The handler failed, or took too long. Does nothing if somebody settled the message before. */
    void failed(ActiveDelivery active, Throwable cause) {
        if (!active.decide()) {
            return;
        }
        Delivery delivery = active.delivery;
        ReceivedMessage message = delivery.message();
        if (cause instanceof RejectMessageException || cause instanceof PayloadException) {
            settle(
                    active,
                    message.deadLetter(Causes.bounded(Causes.text(cause))),
                    () -> listener.rejected(delivery, cause, took(delivery)));
            return;
        }
        Duration delay = cause instanceof RetryLaterException later ? later.delay() : null;
        settle(
                active,
                message.nack(delay, Causes.reason(cause)),
                () -> listener.failed(delivery, cause, took(delivery)));
    }

    private static Duration took(Delivery delivery) {
        return Duration.ofNanos(System.nanoTime() - delivery.startedNanos());
    }

    private void settle(ActiveDelivery active, Uni<Void> settlement, Runnable confirmed) {
        slots.beginSettling();
        settlement.subscribe().with(done -> settled(confirmed), failure -> {
            if (isWorthRepeating(failure)) {
                repeat(active, settlement, confirmed);
            } else {
                lost(active);
            }
        });
    }

    /** The broker could not do it just now; there is time for as long as the lease lasts. */
    private void repeat(ActiveDelivery active, Uni<Void> settlement, Runnable confirmed) {
        settlement
                .onFailure(Settling::isWorthRepeating)
                .retry()
                .withBackOff(RETRY_FIRST, RETRY_LONGEST)
                .expireIn(patience.toMillis())
                .subscribe()
                .with(done -> settled(confirmed), failure -> lost(active));
    }

    private static boolean isWorthRepeating(Throwable failure) {
        return failure instanceof PostriderException problem && (problem.status() == 503 || problem.status() == 429);
    }

    private void settled(Runnable tell) {
        slots.endSettling();
        tell.run();
        onSettled.run();
    }

    private void lost(ActiveDelivery active) {
        boolean told = active.delivery.isLeaseLost();
        active.delivery.loseLease();
        settled(() -> {
            if (!told) {
                listener.leaseLost(active.delivery);
            }
        });
    }
}
