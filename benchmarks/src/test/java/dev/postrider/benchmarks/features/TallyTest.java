package dev.postrider.benchmarks.features;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class TallyTest {
    private final Tally tally = new Tally();

    @Test
    void whatWasStoredAndDidNotComeIsLost() {
        long first = tally.numbers(3);
        tally.attempt(first, 3);
        tally.stored(first, 3);
        tally.received(first + 1);

        assertThat(tally.lost()).isEqualTo(2);
        assertThat(tally.unreceived()).isEqualTo(2);
    }

    @Test
    void whatWasRefusedMayComeOrNot() {
        long first = tally.numbers(2);
        tally.attempt(first, 2);
        tally.refused(2, new IOException("No answer"));
        assertThat(tally.received(first)).isTrue();

        assertThat(tally.lost()).isZero();
        assertThat(tally.invented()).isZero();
        assertThat(tally.unanswered()).isZero();
    }

    @Test
    void whatNobodyPublishedIsInvented() {
        tally.received(tally.numbers(1));
        tally.received(-1);
        tally.received(Tally.MESSAGES_MAX);

        assertThat(tally.invented()).isEqualTo(3);
    }

    @Test
    void whatComesTwiceIsRepeated() {
        long number = tally.numbers(1);
        tally.attempt(number, 1);

        assertThat(tally.received(number)).isTrue();
        assertThat(tally.received(number)).isFalse();
        assertThat(tally.repeated()).isOne();
    }

    @Test
    void numbersComeToAnEnd() {
        assertThat(tally.numbers(Tally.MESSAGES_MAX)).isZero();
        assertThat(tally.numbers(1)).isEqualTo(-1);
    }
}
