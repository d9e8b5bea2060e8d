package dev.postrider.system.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A checker that finds nothing would make every test green, so it is tested first. */
class VerdictTest {
    private final History history = new History();

    @Test
    void anAcknowledgedMessageThatNobodyGotIsLost() {
        publish("a");
        publish("b");
        history.delivered("a", 1, history.now());

        assertThat(Verdict.of(history).lost()).containsExactly("b");
    }

    @Test
    void anUnacknowledgedMessageMayBeDeliveredOrNot() {
        history.attempted(List.of("delivered", "gone"));
        history.delivered("delivered", 1, history.now());

        Verdict verdict = Verdict.of(history);
        assertThat(verdict.lost()).isEmpty();
        assertThat(verdict.invented()).isEmpty();
    }

    @Test
    void aMessageThatNobodySentIsInvented() {
        history.delivered("ghost", 1, history.now());

        assertThat(Verdict.of(history).invented()).containsExactly("ghost");
    }

    @Test
    void everyDeliveryBeyondTheFirstIsADuplicate() {
        publish("a");
        history.delivered("a", 1, history.now());
        history.delivered("a", 2, history.now());
        history.delivered("a", 3, history.now());

        assertThat(Verdict.of(history).duplicated()).isEqualTo(2);
    }

    @Test
    void aDeliveryThatAConsumerWantedByReturningTheMessageIsNoDuplicate() {
        publish("a");
        history.delivered("a", 1, history.now());
        history.returned("a");
        history.delivered("a", 2, history.now());
        assertThat(Verdict.of(history).duplicated()).isZero();

        history.delivered("a", 3, history.now());
        assertThat(Verdict.of(history).duplicated()).isEqualTo(1);
    }

    @Test
    void aMessageThatComesUnderTwoIdsIsDoubled() {
        publish("a");
        history.delivered("a", "id-1", 1, history.now());
        history.delivered("a", "id-1", 2, history.now());
        assertThat(Verdict.of(history).doubled()).isEmpty();

        history.delivered("a", "id-2", 1, history.now());
        assertThat(Verdict.of(history).doubled()).containsExactly("a");
    }

    @Test
    void aMessageThatComesToAConsumerWhoAskedAfterItsSettlementIsRevived() {
        publish("a");
        long askedBefore = history.now();
        history.delivered("a", 1, history.now());
        history.settled("a");
        history.delivered("a", 2, askedBefore);
        assertThat(Verdict.of(history).revived()).isEmpty();

        history.delivered("a", 2, history.now());
        assertThat(Verdict.of(history).revived()).containsExactly("a");
    }

    private void publish(String text) {
        history.attempted(List.of(text));
        history.acknowledged(List.of(text));
    }
}
