package dev.postrider.sample.signup.journey;

import java.time.Instant;
import java.util.Locale;

/**
 * A line of the timeline.
 *
 * @param code what it is, for scripts and tests
 * @param detail may be empty
 * @param at when it happened; null for what is yet to come
 * @param dueAt when it will happen; null if that is not known or has been
 */
public record JourneyStep(String code, String title, String detail, Tone tone, Instant at, Instant dueAt) {
    /** How a step looks. */
    public enum Tone {
        DONE,
        ACTIVE,
        WAITING,
        FAILED;

        /** For style sheets. */
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Something that has been. */
    public static JourneyStep happened(String code, String title, String detail, Tone tone, Instant at) {
        return new JourneyStep(code, title, detail, tone, at, null);
    }

    /** Something that is yet to come. */
    public static JourneyStep expected(String code, String title, String detail, Instant dueAt) {
        return new JourneyStep(code, title, detail, Tone.WAITING, null, dueAt);
    }
}
