package dev.postrider.messaging;

import java.time.Duration;
import java.util.Optional;

/**
 * Says, in a nack of one message, what becomes of it instead of the channel's failure strategy:
 * {@code message.nack(failure, Metadata.of(PostriderNackMetadata.retryAfter(…)))}.
 *
 * @param deadLetter true for straight to the dead letters
 * @param delay when it comes again; empty for the queue's own backoff
 */
public record PostriderNackMetadata(boolean deadLetter, Optional<Duration> delay) {

    /** It comes again after {@code delay}. */
    public static PostriderNackMetadata retryAfter(Duration delay) {
        return new PostriderNackMetadata(false, Optional.of(delay));
    }

    /** It becomes a dead letter, however many attempts it has left. */
    public static PostriderNackMetadata toDeadLetters() {
        return new PostriderNackMetadata(true, Optional.empty());
    }
}
