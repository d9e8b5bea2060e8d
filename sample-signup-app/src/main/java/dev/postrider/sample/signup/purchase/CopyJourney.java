package dev.postrider.sample.signup.purchase;

import dev.postrider.sample.signup.journey.JourneyStep;
import java.util.List;
import java.util.Locale;

/** How far one department's copy of a purchase has come. */
public record CopyJourney(Department department, State state, List<JourneyStep> steps) {
    public CopyJourney {
        steps = List.copyOf(steps);
    }

    /** Where a copy stands. */
    public enum State {
        /** The subscription's filter left the purchase out: there is no copy. */
        LEFT_OUT("Left out"),
        WAITING("Waiting"),
        IN_FLIGHT("In work"),
        RETRYING("Waiting to retry"),
        DONE("Done"),
        DEAD_LETTERED("Dead-lettered");

        private final String label;

        State(String label) {
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

    /** Whether nothing more will happen to the copy by itself. */
    public boolean isSettled() {
        return state == State.LEFT_OUT || state == State.DONE || state == State.DEAD_LETTERED;
    }
}
