package dev.postrider.client.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.client.internal.session.Heartbeat.Act;
import org.junit.jupiter.api.Test;

class HeartbeatTest {
    private final Heartbeat heartbeat = new Heartbeat(1_000, 0);

    @Test
    void asksOncePerInterval() {
        assertThat(heartbeat.check(500)).isEqualTo(Act.NOTHING);
        assertThat(heartbeat.check(1_000)).isEqualTo(Act.PING);
        assertThat(heartbeat.check(1_200)).isEqualTo(Act.NOTHING);
    }

    @Test
    void givesUpAfterTwoIntervalsOfSilence() {
        heartbeat.check(1_000);
        assertThat(heartbeat.check(1_900)).isEqualTo(Act.NOTHING);
        assertThat(heartbeat.check(2_000)).isEqualTo(Act.GIVE_UP);
    }

    @Test
    void aSignOfLifePutsTheEndOff() {
        heartbeat.check(1_000);
        heartbeat.sign(1_500);
        assertThat(heartbeat.check(2_000)).isEqualTo(Act.PING);
        assertThat(heartbeat.check(3_000)).isEqualTo(Act.PING);
        assertThat(heartbeat.check(3_500)).isEqualTo(Act.GIVE_UP);
    }

    @Test
    void afterASleepOfThisSideThePeerGetsAnotherChance() {
        assertThat(heartbeat.check(60_000)).isEqualTo(Act.PING);
        assertThat(heartbeat.check(60_900)).isEqualTo(Act.NOTHING);
        assertThat(heartbeat.check(61_000)).isEqualTo(Act.GIVE_UP);
    }
}
