package dev.postrider.sample.signup.journey;

import java.util.Locale;

/** Where a mail stands. */
public enum JourneyState {
    QUEUED("Queued"),
    IN_FLIGHT("Being sent"),
    RETRYING("Waiting to retry"),
    SENT("Sent"),
    DEAD_LETTERED("Dead-lettered"),
    LOST("Not sent"),
    ACTIVATED("Activated");

    private final String label;

    JourneyState(String label) {
        this.label = label;
    }

    /** For people. */
    public String label() {
        return label;
    }

    /** For style sheets, scripts and tests: {@code in-flight}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
