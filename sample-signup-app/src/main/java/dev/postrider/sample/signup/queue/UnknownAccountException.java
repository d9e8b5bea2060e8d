package dev.postrider.sample.signup.queue;

import java.util.UUID;

/** The message names an account that is not there. Trying again is no use. */
public final class UnknownAccountException extends RuntimeException {
    UnknownAccountException(UUID accountId) {
        super("There is no account " + accountId);
    }
}
