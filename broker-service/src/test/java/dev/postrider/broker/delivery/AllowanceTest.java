package dev.postrider.broker.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class AllowanceTest {
    private static final long MILLI = 1_000_000;

    private final Allowance allowance = new Allowance();

    @Test
    void letsOneMessageThroughAtEachPlace() {
        allowance.add(1_000 * MILLI, 10 * MILLI, 5);

        assertThat(allowance.due(999 * MILLI)).isZero();
        assertThat(allowance.due(1_000 * MILLI)).isEqualTo(1);
        assertThat(allowance.due(1_029 * MILLI)).isEqualTo(3);
        allowance.take(3);
        assertThat(allowance.due(1_029 * MILLI)).isZero();
        assertThat(allowance.nextNanos()).isEqualTo(1_030 * MILLI);
        assertThat(allowance.due(1_100 * MILLI)).isEqualTo(2);
        assertThat(allowance.lastNanos()).isEqualTo(1_040 * MILLI);
    }

    @Test
    void goesFromOneGrantToTheNext() {
        allowance.add(0, 10 * MILLI, 2);
        allowance.add(100 * MILLI, 10 * MILLI, 2);

        assertThat(allowance.due(100 * MILLI)).isEqualTo(3);
        allowance.take(3);
        assertThat(allowance.open()).isEqualTo(1);
        assertThat(allowance.nextNanos()).isEqualTo(110 * MILLI);
        assertThatThrownBy(() -> allowance.take(2)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void losesPlacesThatNobodyTookInTime() {
        allowance.add(0, 10 * MILLI, 100);

        assertThat(allowance.due(500 * MILLI)).isEqualTo(25);
        assertThat(allowance.due(10_000 * MILLI)).isZero();
        assertThat(allowance.open()).isZero();
    }

    @Test
    void saysHowMuchTimeIsLeftOfItsLastGrant() {
        allowance.add(0, 10 * MILLI, 3);
        assertThat(allowance.due(5 * MILLI)).isEqualTo(1);
        allowance.take(1);

        assertThat(allowance.clear()).isEqualTo(20 * MILLI);
        assertThat(allowance.clear()).isZero();
        assertThat(allowance.nextNanos()).isEqualTo(Long.MAX_VALUE);
    }
}
