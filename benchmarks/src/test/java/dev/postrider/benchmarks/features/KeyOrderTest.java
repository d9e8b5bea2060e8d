package dev.postrider.benchmarks.features;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KeyOrderTest {
    private static final int ONE = 1;
    private static final int OTHER = 2;

    private final KeyOrder order = new KeyOrder(2);

    @Test
    void aMessageThatComesAgainIsInOrder() {
        take(0, 0, ONE);
        take(0, 1, ONE);
        take(0, 1, OTHER);
        take(0, 2, OTHER);

        assertThat(order.violations()).isZero();
        assertThat(order.heldTwice()).isZero();
        assertThat(order.received(0)).isEqualTo(3);
    }

    @Test
    void oneThatOvertakesAnotherIsNot() {
        take(0, 0, ONE);
        take(0, 2, ONE);
        take(0, 1, ONE);

        assertThat(order.violations()).isEqualTo(2);
    }

    @Test
    void aKeyIsHeldTwiceIfItComesToAnotherConsumerMeanwhile() {
        order.taken(0, 0, ONE, 0, 1);
        order.taken(1, 0, OTHER, 0, 1);
        assertThat(order.heldTwice()).isZero();

        order.taken(0, 1, OTHER, 0, 1);

        assertThat(order.heldTwice()).isOne();
    }

    @Test
    void aKeyPausesFromItsMessageBeforeOrFromThePublishing() {
        order.taken(0, 0, ONE, 100, 110);
        order.taken(0, 1, ONE, 50, 150);
        order.taken(0, 2, ONE, 300, 320);

        assertThat(order.longestPauseNanos()).isEqualTo(40);
    }

    private void take(int key, int number, int holder) {
        order.taken(key, number, holder, 0, 1);
        order.released(key, number, holder);
    }
}
