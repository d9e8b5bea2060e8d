package dev.postrider.client;

import java.time.Instant;

/**
 * A message that its queue gave up.
 *
 * @param message what it was; without receipt, cannot be settled
 * @param reason {@code max-attempts}, {@code expired} or {@code rejected}
 * @param error what the last consumer said, or null
 * @param attempts how often it was handed out
 * @param firstFailedAt null if no consumer ever failed on it
 */
public record DeadLetter(
        ReceivedMessage message,
        String reason,
        String error,
        int attempts,
        Instant firstFailedAt,
        Instant deadLetteredAt) {

    public String id() {
        return message.id();
    }
}
