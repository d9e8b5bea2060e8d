package dev.postrider.sample.signup.web;

import dev.postrider.sample.signup.journey.JourneyStep;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** A line of a timeline as it is shown; empty texts stand for nothing. */
record StepView(String code, String title, String detail, String tone, String elapsed, String dueAt, String dueIn) {
    private static final int SECOND_MILLIS = 1_000;

    /**
     * Shows a step.
     *
     * @param begin what the elapsed time is counted from
     */
    static StepView of(JourneyStep step, Instant begin, Instant now) {
        return new StepView(
                step.code(),
                step.title(),
                step.detail(),
                step.tone().code(),
                step.at() == null ? "" : since(begin, step.at()),
                step.dueAt() == null ? "" : step.dueAt().toString(),
                step.dueAt() == null ? "" : until(step.dueAt(), now));
    }

    private static String since(Instant begin, Instant at) {
        Duration since = Duration.between(begin, at);
        return since.toMillis() < SECOND_MILLIS
                ? "+" + Math.max(0, since.toMillis()) + " ms"
                : String.format(Locale.ROOT, "+%.1f s", since.toMillis() / 1000.0);
    }

    private static String until(Instant dueAt, Instant now) {
        long seconds = Math.round(Duration.between(now, dueAt).toMillis() / 1000.0);
        return seconds > 0 ? "in " + seconds + " s" : "now";
    }
}
