package dev.postrider.sample.signup.web;

import dev.postrider.sample.signup.account.Activation;

/** What a followed link did, as it is shown. */
record ActivationView(Activation activation) {
    public String code() {
        return activation.outcome().name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    public boolean isGood() {
        return activation.outcome() == Activation.Outcome.ACTIVATED
                || activation.outcome() == Activation.Outcome.ALREADY_ACTIVE;
    }

    public String journey() {
        return activation.accountId() == null ? "" : "/journeys/" + activation.accountId();
    }

    public String title() {
        return switch (activation.outcome()) {
            case ACTIVATED -> "Your account is active";
            case ALREADY_ACTIVE -> "Your account was active already";
            case ADDRESS_TAKEN -> "This address has an account";
            case EXPIRED -> "This link has expired";
            case UNKNOWN -> "This link does not work";
        };
    }

    public String text() {
        return switch (activation.outcome()) {
            case ACTIVATED -> "Thank you for confirming your address. There is nothing left to do.";
            case ALREADY_ACTIVE -> "The link has done its work before. There is nothing left to do.";
            case ADDRESS_TAKEN -> "Another sign-up with the same address was confirmed first, so this one is void.";
            case EXPIRED -> "Links work for a limited time. Sign up again, and we will send you a new one.";
            case UNKNOWN -> "Perhaps it was cut off when it was copied. Try it again from the mail.";
        };
    }

    int status() {
        return switch (activation.outcome()) {
            case ACTIVATED, ALREADY_ACTIVE -> 200;
            case ADDRESS_TAKEN -> 409;
            case EXPIRED -> 410;
            case UNKNOWN -> 404;
        };
    }
}
