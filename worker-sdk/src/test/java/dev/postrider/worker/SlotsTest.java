package dev.postrider.worker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SlotsTest {
    private final Slots slots = new Slots(3);

    @Test
    void asMuchIsWantedAsMayRun() {
        assertThat(slots.claim()).isEqualTo(3);
        assertThat(slots.claim()).isZero();
        assertThat(slots.start()).isTrue();
        assertThat(slots.claim()).isZero();
        slots.end();
        assertThat(slots.claim()).isEqualTo(1);
    }

    @Test
    void nothingIsWantedWhileTooManySettlementsAreUnconfirmed() {
        for (int i = 0; i < Slots.SETTLING_MAX; i++) {
            slots.beginSettling();
        }
        assertThat(slots.claim()).isZero();
        slots.endSettling();
        assertThat(slots.claim()).isEqualTo(3);
    }

    @Test
    void whatIsBeingSettledIsNotIdle() {
        slots.claim();
        slots.start();
        slots.beginSettling();
        slots.end();
        assertThat(slots.isIdle()).isFalse();
        slots.endSettling();
        assertThat(slots.isIdle()).isTrue();
    }

    @Test
    void closedStartsNothingMore() {
        slots.claim();
        slots.close();
        assertThat(slots.start()).isFalse();
        assertThat(slots.claim()).isZero();
        assertThat(slots.isIdle()).isTrue();
    }
}
