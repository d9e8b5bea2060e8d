package dev.postrider.sample.signup.web;

import dev.postrider.sample.signup.account.Account;
import dev.postrider.sample.signup.journey.Journey;
import dev.postrider.sample.signup.journey.JourneyState;
import dev.postrider.sample.signup.journey.JourneyStep;
import java.time.Duration;
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

    public String answeredIn() {
        return journey.answeredIn() == null
                ? ""
                : String.format(Locale.ROOT, "%,d", journey.answeredIn().toMillis());
    }

    public boolean isAnsweredSlowly() {
        return journey.answeredIn() != null && journey.answeredIn().toMillis() >= SLOW_MILLIS;
    }

    public String signedUpAt() {
        return account.createdAt().toString();
    }

    public List<Step> steps() {
        return journey.steps().stream().map(this::step).collect(Collectors.toList());
    }

    private Step step(JourneyStep step) {
        return new Step(
                step.code(),
                step.title(),
                step.detail(),
                step.tone().code(),
                step.at() == null ? "" : sinceSignup(step.at()),
                step.dueAt() == null ? "" : step.dueAt().toString(),
                step.dueAt() == null ? "" : until(step.dueAt()));
    }

    private String sinceSignup(Instant at) {
        Duration since = Duration.between(account.createdAt(), at);
        return since.toMillis() < SLOW_MILLIS
                ? "+" + Math.max(0, since.toMillis()) + " ms"
                : String.format(Locale.ROOT, "+%.1f s", since.toMillis() / 1000.0);
    }

    private String until(Instant dueAt) {
        long seconds = Math.round(Duration.between(now, dueAt).toMillis() / 1000.0);
        return seconds > 0 ? "in " + seconds + " s" : "now";
    }

    /** A line of the timeline; empty texts stand for nothing. */
    record Step(String code, String title, String detail, String tone, String elapsed, String dueAt, String dueIn) {}
}
