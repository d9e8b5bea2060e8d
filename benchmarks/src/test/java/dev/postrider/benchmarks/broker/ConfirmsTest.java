package dev.postrider.benchmarks.broker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ConfirmsTest {
    private final Counted counted = new Counted();
    private final Confirms confirms = new Confirms(counted);

    private static final class Counted implements Answers {
        private int stored;
        private int failed;

        @Override
        public void stored(int messages) {
            stored += messages;
        }

        @Override
        public void failed(int messages, Throwable cause) {
            failed += messages;
        }
    }

    @Test
    void aConfirmOfManyCountsOnlyThoseThatWereNotConfirmedAlone() {
        confirms.confirmed(2, false);
        confirms.confirmed(4, false);
        confirms.confirmed(5, true);
        assertThat(counted.stored).isEqualTo(5);
    }

    @Test
    void singleConfirmsInAnyOrderLeaveNothingForALaterOneOfMany() {
        confirms.confirmed(3, false);
        confirms.confirmed(1, false);
        confirms.confirmed(2, false);
        confirms.confirmed(4, true);
        assertThat(counted.stored).isEqualTo(4);
    }

    @Test
    void whatTheBrokerRefusesIsAFailure() {
        confirms.confirmed(1, false);
        confirms.refused(3, true);
        assertThat(counted.stored).isEqualTo(1);
        assertThat(counted.failed).isEqualTo(2);
    }
}
