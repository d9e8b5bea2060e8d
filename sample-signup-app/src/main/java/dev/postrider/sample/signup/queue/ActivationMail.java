package dev.postrider.sample.signup.queue;

import java.util.UUID;

/**
 * The message on the queue: whom to mail. The link and its secret are made when the mail is sent, so that none rests in
 * the outbox, the queue or the dead letters.
 */
public record ActivationMail(UUID accountId) {
    /** The message's type. */
    public static final String TYPE = "activation-mail";
}
