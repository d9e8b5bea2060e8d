package dev.postrider.sample.signup.journey;

import dev.postrider.sample.signup.journey.JourneyStep.Tone;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The recorded facts as a story: a state and a timeline. A pure function of the facts.
 *
 * @param answeredIn how long the browser waited for its answer; null while that is not recorded
 */
public record Journey(JourneyState state, List<JourneyStep> steps, Duration answeredIn) {
    public Journey {
        steps = List.copyOf(steps);
    }

    /** Tells the story of facts that are in order. */
    public static Journey of(List<JourneyEvent> events) {
        Teller teller = new Teller();
        events.forEach(teller::tell);
        return teller.finish();
    }

    /** Whether nothing more will happen to the mail by itself. */
    public boolean isSettled() {
        return state == JourneyState.SENT
                || state == JourneyState.DEAD_LETTERED
                || state == JourneyState.LOST
                || state == JourneyState.ACTIVATED;
    }

    /** Whether the mail server is known to have the mail. */
    public boolean isMailOut() {
        return state == JourneyState.SENT || state == JourneyState.ACTIVATED;
    }

    private static final class Teller {
        private static final int NONE = -1;
        private static final Set<String> EARLY = Set.of("answered", "published");

        private final List<JourneyStep> steps = new ArrayList<>();
        private JourneyState state = JourneyState.QUEUED;
        private Duration answeredIn;
        private int openAttempt = NONE;
        private int attempts;
        private boolean published;
        private boolean welcomed;
        private Instant nextAttemptAt;

        void tell(JourneyEvent event) {
            switch (event.fact()) {
                case QUEUED ->
                    add(
                            "queued",
                            "Queued",
                            "Your account and the order for this mail were stored in one transaction.",
                            Tone.DONE,
                            event);
                case UNQUEUED -> unqueued(event);
                case PUBLISHED -> published(event);
                case ANSWERED -> answered(event);
                case ATTEMPTED -> attempted(event);
                case RETRYING -> retrying(event);
                case SENT -> sent(event);
                case DEAD_LETTERED -> deadLettered(event);
                case REDRIVEN -> redriven(event);
                case LOST -> lost(event);
                case ACTIVATED -> activated(event);
                case WELCOMED -> welcomed(event);
            }
        }

        Journey finish() {
            if (state == JourneyState.QUEUED) {
                steps.add(
                        published
                                ? JourneyStep.expected("waiting", "Waiting for a worker", "", null)
                                : JourneyStep.expected(
                                        "waiting",
                                        "Waiting for the broker",
                                        "Until it answers, the order is safe in the outbox.",
                                        null));
            }
            if (state == JourneyState.RETRYING) {
                steps.add(JourneyStep.expected(
                        "retry", "Attempt " + (attempts + 1), "The queue tries again by itself.", nextAttemptAt));
            }
            return new Journey(state, steps, answeredIn);
        }

        private void unqueued(JourneyEvent event) {
            state = JourneyState.IN_FLIGHT;
            add(
                    "unqueued",
                    "Stored, without the queue",
                    "The queue was switched off: the browser waits while the mail is sent.",
                    Tone.DONE,
                    event);
        }

        // Recorded when the broker has answered, so a fast worker may come before it; told where it belongs. The relay
        // publishes again when it could not note that it had.
        private void published(JourneyEvent event) {
            if (published || steps.isEmpty()) {
                return;
            }
            published = true;
            insertEarly(JourneyStep.happened(
                    "published", "Handed to the queue", "The broker has stored it.", Tone.DONE, event.happenedAt()));
        }

        // Recorded after the answer has gone out; told where it belongs.
        private void answered(JourneyEvent event) {
            answeredIn = event.took().orElse(null);
            JourneyStep step = JourneyStep.happened(
                    "answered",
                    "You had your answer in " + millis(event),
                    event.detail().orElse(""),
                    Tone.DONE,
                    event.happenedAt());
            boolean waited = !steps.isEmpty() && steps.get(0).code().equals("unqueued");
            if (waited || steps.isEmpty()) {
                steps.add(step);
                return;
            }
            insertEarly(step);
        }

        // Behind the first step and what else came early, ahead of the attempts.
        private void insertEarly(JourneyStep step) {
            int place = 1;
            while (place < steps.size()
                    && EARLY.contains(steps.get(place).code())
                    && !steps.get(place).at().isAfter(step.at())) {
                place++;
            }
            steps.add(place, step);
            if (openAttempt != NONE) {
                openAttempt++;
            }
        }

        private void attempted(JourneyEvent event) {
            closeAttempt("Attempt " + attempts + " was cut off", "Its worker went away. The queue gave it to another.");
            state = JourneyState.IN_FLIGHT;
            attempts = event.attempt();
            openAttempt = steps.size();
            add("attempt", "Attempt " + attempts, "Talking to the mail server.", Tone.ACTIVE, event);
        }

        private void retrying(JourneyEvent event) {
            closeAttempt(
                    "Attempt " + event.attempt() + " failed", event.detail().orElse(""));
            state = JourneyState.RETRYING;
            attempts = event.attempt();
            nextAttemptAt = event.nextAttemptAt().orElse(null);
        }

        private void sent(JourneyEvent event) {
            dropAttempt();
            state = JourneyState.SENT;
            String detail = event.attempt() > 0
                    ? "The mail server took it on attempt " + event.attempt() + ", after " + millis(event) + "."
                    : "The mail server took it after " + millis(event) + ".";
            add("sent", "Sent", detail, Tone.DONE, event);
        }

        private void deadLettered(JourneyEvent event) {
            closeAttempt(
                    "Attempt " + event.attempt() + " failed", event.detail().orElse(""));
            state = JourneyState.DEAD_LETTERED;
            add(
                    "dead-lettered",
                    "Dead-lettered",
                    "The queue has set the mail aside. It is not lost: one click sends it back to work.",
                    Tone.FAILED,
                    event);
        }

        private void redriven(JourneyEvent event) {
            state = JourneyState.QUEUED;
            attempts = 0;
            add("redriven", "Sent back to work", "Attempts count from 1 again.", Tone.DONE, event);
        }

        private void lost(JourneyEvent event) {
            dropAttempt();
            state = JourneyState.LOST;
            String detail = event.detail().orElse("") + " Nobody will try again: that is what the queue is for.";
            add("lost", "Not sent", detail.strip(), Tone.FAILED, event);
        }

        private void activated(JourneyEvent event) {
            state = JourneyState.ACTIVATED;
            add("activated", "Activated", "The link in the mail was followed.", Tone.DONE, event);
        }

        private void welcomed(JourneyEvent event) {
            if (!welcomed) {
                welcomed = true;
                add("welcomed", "Welcomed", "The news of your activation came by a queue, too.", Tone.DONE, event);
            }
        }

        private void closeAttempt(String title, String detail) {
            if (openAttempt != NONE) {
                JourneyStep open = steps.get(openAttempt);
                steps.set(openAttempt, JourneyStep.happened("failed", title, detail, Tone.FAILED, open.at()));
                openAttempt = NONE;
            }
        }

        private void dropAttempt() {
            if (openAttempt != NONE) {
                steps.remove(openAttempt);
                openAttempt = NONE;
            }
        }

        private void add(String code, String title, String detail, Tone tone, JourneyEvent event) {
            steps.add(JourneyStep.happened(code, title, detail, tone, event.happenedAt()));
        }

        private static String millis(JourneyEvent event) {
            return event.took()
                    .map(took -> String.format(Locale.ROOT, "%,d ms", took.toMillis()))
                    .orElse("a moment");
        }
    }
}
