package dev.postrider.sample.signup.queue;

import java.util.List;

/**
 * What is known of the queue, at most some seconds old.
 *
 * @param connected whether the broker answered the last time it was asked
 * @param outbox how many mail orders wait to be handed to the broker
 * @param deadLetters the first of the dead letters
 */
public record QueueStatus(boolean connected, long outbox, Figures figures, List<DeadMail> deadLetters) {
    public QueueStatus {
        deadLetters = List.copyOf(deadLetters);
    }

    /** Nothing is known. */
    public static QueueStatus unknown() {
        return new QueueStatus(false, 0, new Figures(0, 0, 0, 0), List.of());
    }

    QueueStatus disconnected() {
        return new QueueStatus(false, outbox, figures, deadLetters);
    }

    QueueStatus withOutbox(long waiting) {
        return new QueueStatus(connected, waiting, figures, deadLetters);
    }

    /** The broker's counts. */
    public record Figures(long ready, long inFlight, long scheduled, long deadLettered) {}

    /** A mail that the queue has set aside. */
    public record DeadMail(String id, String accountId, int attempts, String reason, String error) {}
}
