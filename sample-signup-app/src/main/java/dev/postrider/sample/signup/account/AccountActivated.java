package dev.postrider.sample.signup.account;

import java.util.UUID;

/** The message that an account has become active. */
public record AccountActivated(UUID accountId) {
    /** The message's type. */
    public static final String TYPE = "account-activated";
}
