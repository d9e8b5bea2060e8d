package dev.postrider.sample.signup.purchase;

import dev.postrider.sample.signup.journey.JourneyStep;
import dev.postrider.sample.signup.journey.JourneyStep.Tone;
import dev.postrider.sample.signup.purchase.CopyJourney.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Tells one copy's journey. */
final class CopyTeller {
    private static final int NONE = -1;

    private final List<JourneyStep> steps = new ArrayList<>();
    private State state = State.WAITING;
    private boolean published;
    private int openAttempt = NONE;
    private int attempt;
    private Instant nextAttemptAt;

    CopyJourney tell(Department department, List<PurchaseEvent> events) {
        for (PurchaseEvent event : events) {
            if (event.fact() == PurchaseFact.PUBLISHED || event.department().orElse(null) == department) {
                tell(event);
            }
        }
        addExpected();
        return new CopyJourney(department, state, steps);
    }

    private void tell(PurchaseEvent event) {
        switch (event.fact()) {
            case PUBLISHED -> published(event);
            case DELIVERED -> delivered(event);
            case RETRYING -> {
                close("failed", "Attempt " + event.attempt() + " failed", Tone.FAILED, event);
                state = State.RETRYING;
                nextAttemptAt = event.nextAttemptAt().orElse(null);
            }
            case DONE -> {
                close("delivered", delivery(event.attempt()), Tone.DONE, null);
                state = State.DONE;
                add("done", "Done", Tone.DONE, event);
            }
            case DEAD_LETTERED -> {
                close("failed", "Attempt " + event.attempt() + " failed", Tone.FAILED, event);
                state = State.DEAD_LETTERED;
                steps.add(JourneyStep.happened(
                        "dead-lettered",
                        "Dead-lettered",
                        "The queue has set this copy aside; the other copies do not notice.",
                        Tone.FAILED,
                        event.happenedAt()));
            }
            case CONFIRMED -> {
                // The purchase's own, and none of the copy's.
            }
        }
    }

    // Recorded beside the relay's work, so a quick worker's first attempt may be recorded before it.
    private void published(PurchaseEvent event) {
        if (!published) {
            published = true;
            steps.add(
                    0,
                    JourneyStep.happened(
                            "published",
                            "Published",
                            "The topic owes this copy to the queue.",
                            Tone.DONE,
                            event.happenedAt()));
            if (openAttempt != NONE) {
                openAttempt++;
            }
        }
    }

    private void delivered(PurchaseEvent event) {
        close("failed", "Attempt " + attempt + " was cut off", Tone.FAILED, null);
        state = State.IN_FLIGHT;
        attempt = event.attempt();
        openAttempt = steps.size();
        add("delivered", delivery(attempt), Tone.ACTIVE, event);
    }

    private void addExpected() {
        if (state == State.WAITING) {
            steps.add(
                    published
                            ? JourneyStep.expected("waiting", "Waiting for the worker", "", null)
                            : JourneyStep.expected(
                                    "waiting",
                                    "Waiting for the broker",
                                    "Until it answers, the purchase is safe in the outbox.",
                                    null));
        }
        if (state == State.RETRYING) {
            steps.add(JourneyStep.expected(
                    "retry", "Attempt " + (attempt + 1), "The queue tries again by itself.", nextAttemptAt));
        }
    }

    private void close(String code, String title, Tone tone, PurchaseEvent end) {
        if (openAttempt != NONE) {
            JourneyStep open = steps.get(openAttempt);
            String detail = end == null ? "" : end.detail().orElse("");
            steps.set(openAttempt, JourneyStep.happened(code, title, detail, tone, open.at()));
            openAttempt = NONE;
        }
    }

    private void add(String code, String title, Tone tone, PurchaseEvent event) {
        steps.add(JourneyStep.happened(code, title, event.detail().orElse(""), tone, event.happenedAt()));
    }

    private static String delivery(int attempt) {
        return attempt == 1 ? "Delivered to the worker" : "Delivered to the worker, attempt " + attempt;
    }
}
