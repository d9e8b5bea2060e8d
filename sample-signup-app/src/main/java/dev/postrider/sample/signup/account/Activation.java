package dev.postrider.sample.signup.account;

import java.util.UUID;

/** What following an activation link did. The account's id is null when the link led to none. */
public record Activation(Outcome outcome, UUID accountId) {
    /** How it ended. */
    public enum Outcome {
        ACTIVATED,
        ALREADY_ACTIVE,
        ADDRESS_TAKEN,
        EXPIRED,
        UNKNOWN
    }

    static Activation unknown() {
        return new Activation(Outcome.UNKNOWN, null);
    }
}
