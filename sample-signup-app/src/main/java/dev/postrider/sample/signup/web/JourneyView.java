package dev.postrider.sample.signup.web;

import dev.postrider.sample.signup.account.Account;
import dev.postrider.sample.signup.journey.Journey;
import dev.postrider.sample.signup.journey.JourneyState;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A journey as it is shown. */
record JourneyView(Account account, Journey journey, Instant now) {
    private static final int SLOW_MILLIS = 1_000;

    public String id() {
        return account.id().toString();
    }

    public String name() {
        return account.displayName();
    }

    public String email() {
        return account.email();
    }

    /** The address as strangers may see it. */
    public String maskedEmail() {
        int at = account.email().lastIndexOf('@');
        return account.email().charAt(0) + "•••" + account.email().substring(at);
    }

    public JourneyState state() {
        return journey.state();
    }

    public String headline() {
        return switch (journey.state()) {
            case ACTIVATED -> "Welcome, " + name();
            case LOST -> "We could not send your mail";
            case DEAD_LETTERED -> "Your mail is taking longer";
            case SENT -> "Check your inbox, " + name();
            default -> "Almost there, " + name();
        };
    }

    /** What is said of the mail, up to the address. */
    public String beforeAddress() {
        return switch (journey.state()) {
            case ACTIVATED -> "Your account is active, and your address is confirmed:";
            case SENT -> "We have mailed a link to";
            case LOST -> "Your account is stored, but we could not send the link to";
            case DEAD_LETTERED -> "Your account is stored. The mail server has not taken the mail to";
            default -> "Your account is stored. We are mailing a link to";
        };
    }

    /** What is said of the mail, from the address on. */
    public String afterAddress() {
        return switch (journey.state()) {
            case ACTIVATED -> ". There is nothing left to do.";
            case SENT -> ". Follow it, and your account is active.";
            case LOST -> ". Please sign up again later.";
            case DEAD_LETTERED -> " so far. It is kept, and goes out as soon as it is sent back to work.";
            default -> "; follow it, and your account is active. You may close this page: nothing depends on it.";
        };
    }

    public String answeredIn() {
        return journey.answeredIn() == null
                ? ""
                : String.format(Locale.ROOT, "%,d", journey.answeredIn().toMillis());
    }

    /** The same for scripts: only digits. */
    public String answeredMillis() {
        return journey.answeredIn() == null
                ? ""
                : String.valueOf(journey.answeredIn().toMillis());
    }

    public boolean isAnsweredSlowly() {
        return journey.answeredIn() != null && journey.answeredIn().toMillis() >= SLOW_MILLIS;
    }

    public String signedUpAt() {
        return account.createdAt().toString();
    }

    public List<StepView> steps() {
        return journey.steps().stream()
                .map(step -> StepView.of(step, account.createdAt(), now))
                .collect(Collectors.toList());
    }
}
