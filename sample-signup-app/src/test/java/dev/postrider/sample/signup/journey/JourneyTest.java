package dev.postrider.sample.signup.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class JourneyTest {
    private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

    private final UUID account = UUID.randomUUID();
    private final List<JourneyEvent> events = new ArrayList<>();

    @Nested
    class WithTheQueue {
        @Test
        void aFreshSignUpWaitsForTheBroker() {
            happened(JourneyFact.QUEUED);

            assertThat(journey().state()).isEqualTo(JourneyState.QUEUED);
            assertThat(codes()).containsExactly("queued", "waiting");
            assertThat(last().title()).isEqualTo("Waiting for the broker");
        }

        @Test
        void onceTheBrokerHasItTheMailWaitsForAWorker() {
            happened(JourneyFact.QUEUED);
            happened(JourneyFact.PUBLISHED);

            assertThat(codes()).containsExactly("queued", "published", "waiting");
            assertThat(last().title()).isEqualTo("Waiting for a worker");
        }

        @Test
        void aPublishThatWasRepeatedIsToldOnce() {
            happened(JourneyFact.QUEUED);
            happened(JourneyFact.PUBLISHED);
            happened(JourneyFact.PUBLISHED);

            assertThat(codes()).containsExactly("queued", "published", "waiting");
        }

        @Test
        void anAttemptIsInFlightUntilItsEndIsKnown() {
            happened(JourneyFact.QUEUED);
            happened(JourneyFact.ATTEMPTED).withAttempt(1);

            assertThat(journey().state()).isEqualTo(JourneyState.IN_FLIGHT);
            assertThat(last().title()).isEqualTo("Attempt 1");
            assertThat(last().tone()).isEqualTo(JourneyStep.Tone.ACTIVE);
        }

        @Test
        void aFailedAttemptNamesItsReasonAndWhenTheNextIsDue() {
            Instant due = START.plusSeconds(4);
            happened(JourneyFact.QUEUED);
            happened(JourneyFact.ATTEMPTED).withAttempt(2);
            happened(JourneyFact.RETRYING).withAttempt(2).withNextAttemptAt(due).withDetail("No answer.");

            assertThat(journey().state()).isEqualTo(JourneyState.RETRYING);
            assertThat(codes()).containsExactly("queued", "failed", "retry");
            assertThat(journey().steps().get(1).title()).isEqualTo("Attempt 2 failed");
            assertThat(journey().steps().get(1).detail()).isEqualTo("No answer.");
            assertThat(last().title()).isEqualTo("Attempt 3");
            assertThat(last().dueAt()).isEqualTo(due);
        }

        @Test
        void aSentMailIsOutAndNothingIsPending() {
            happened(JourneyFact.QUEUED);
            happened(JourneyFact.ATTEMPTED).withAttempt(1);
            happened(JourneyFact.SENT).withAttempt(1).withTook(Duration.ofMillis(12));

            assertThat(journey().isMailOut()).isTrue();
            assertThat(codes()).containsExactly("queued", "sent");
            assertThat(last().detail()).contains("attempt 1", "12 ms");
        }

        @Test
        void theAnswerIsToldBeforeTheAttemptsThoughItWasRecordedAfterThem() {
            happened(JourneyFact.QUEUED);
            happened(JourneyFact.ATTEMPTED).withAttempt(1);
            happened(JourneyFact.ANSWERED).withTook(Duration.ofMillis(84));
            happened(JourneyFact.RETRYING).withAttempt(1);

            assertThat(codes()).containsExactly("queued", "answered", "failed", "retry");
            assertThat(journey().answeredIn()).isEqualTo(Duration.ofMillis(84));
        }

        @Test
        void anAttemptWhoseEndNobodyRecordedWasCutOff() {
            happened(JourneyFact.QUEUED);
            happened(JourneyFact.ATTEMPTED).withAttempt(1);
            happened(JourneyFact.ATTEMPTED).withAttempt(2);

            assertThat(codes()).containsExactly("queued", "failed", "attempt");
            assertThat(journey().steps().get(1).title()).isEqualTo("Attempt 1 was cut off");
        }

        @Test
        void aDeadLetterThatIsRedrivenStartsOver() {
            happened(JourneyFact.QUEUED);
            happened(JourneyFact.PUBLISHED);
            happened(JourneyFact.ATTEMPTED).withAttempt(5);
            happened(JourneyFact.DEAD_LETTERED).withAttempt(5);
            assertThat(journey().state()).isEqualTo(JourneyState.DEAD_LETTERED);
            assertThat(journey().isMailOut()).isFalse();

            happened(JourneyFact.REDRIVEN);
            assertThat(journey().state()).isEqualTo(JourneyState.QUEUED);

            happened(JourneyFact.ATTEMPTED).withAttempt(1);
            happened(JourneyFact.SENT).withAttempt(1);
            assertThat(codes()).containsExactly("queued", "published", "failed", "dead-lettered", "redriven", "sent");
        }

        @Test
        void anActivatedAccountIsTheEnd() {
            happened(JourneyFact.QUEUED);
            happened(JourneyFact.SENT).withAttempt(1);
            happened(JourneyFact.ACTIVATED);

            assertThat(journey().state()).isEqualTo(JourneyState.ACTIVATED);
            assertThat(journey().isMailOut()).isTrue();
        }
    }

    @Nested
    class WithoutTheQueue {
        @Test
        void aFailureIsFinal() {
            happened(JourneyFact.UNQUEUED);
            happened(JourneyFact.LOST).withTook(Duration.ofSeconds(10)).withDetail("No answer within 10 s.");
            happened(JourneyFact.ANSWERED).withTook(Duration.ofMillis(10_040));

            assertThat(journey().state()).isEqualTo(JourneyState.LOST);
            assertThat(codes()).containsExactly("unqueued", "lost", "answered");
            assertThat(journey().steps().get(1).detail()).startsWith("No answer within 10 s.");
            assertThat(last().title()).isEqualTo("You had your answer in 10,040 ms");
        }
    }

    private JourneyEvent happened(JourneyFact fact) {
        JourneyEvent event = new JourneyEvent(account, fact, START.plusMillis(events.size()));
        events.add(event);
        return event;
    }

    private Journey journey() {
        return Journey.of(events);
    }

    private List<String> codes() {
        return journey().steps().stream().map(JourneyStep::code).toList();
    }

    private JourneyStep last() {
        List<JourneyStep> steps = journey().steps();
        return steps.get(steps.size() - 1);
    }
}
