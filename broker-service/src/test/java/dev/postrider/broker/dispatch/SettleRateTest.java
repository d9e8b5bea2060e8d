package dev.postrider.broker.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SettleRateTest {
    private final SettleRate rate = new SettleRate(-5_000);

    @Test
    void isNothingBeforeAnythingWasSettled() {
        assertThat(rate.in(1_000, -4_000)).isZero();
    }

    @Test
    void isWhatWasSettledOfLate() {
        rate.settled(0, 10_000);
        for (long now = 10_000; now < 10_500; now += 10) {
            rate.settled(20, now);
        }
        assertThat(rate.in(100, 10_500)).isBetween(190L, 210L);
    }

    @Test
    void isForgottenWhenNothingIsSettledAnyMore() {
        rate.settled(0, 10_000);
        rate.settled(1_000, 10_010);
        assertThat(rate.in(100, 10_060)).isGreaterThan(1_000);
        assertThat(rate.in(100, 20_000)).isZero();
    }
}
