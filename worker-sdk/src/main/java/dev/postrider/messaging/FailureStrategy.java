package dev.postrider.messaging;

import dev.postrider.client.ReceivedMessage;
import io.smallrye.mutiny.Uni;

/** What becomes of a message that was not processed, unless its nack says otherwise. */
enum FailureStrategy {
    /** It comes again after the queue's backoff, and is dead-lettered when its attempts are used up. */
    NACK {
        @Override
        Uni<Void> settle(ReceivedMessage message, String reason) {
            return message.nack(null, reason);
        }
    },
    /** It goes straight to the dead letters. */
    REJECT {
        @Override
        Uni<Void> settle(ReceivedMessage message, String reason) {
            return message.deadLetter(reason);
        }
    },
    /** It comes again, but not here: the channel takes no more messages and the application is reported unhealthy. */
    FAIL {
        @Override
        Uni<Void> settle(ReceivedMessage message, String reason) {
            return message.nack(null, reason);
        }
    };

    abstract Uni<Void> settle(ReceivedMessage message, String reason);
}
