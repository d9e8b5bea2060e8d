package dev.postrider.broker.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CommitPaceTest {
    private final CommitPace pace = new CommitPace();

    @Test
    void noPublishIsExpectedWhereFewHaveCome() {
        publishEvery(1, 0, 3);

        assertThat(pace.expectsPublish(3)).isFalse();
    }

    @Test
    void oneMoreIsExpectedWhereSeveralHaveComeInAMoment() {
        publishEvery(1, 100, 4);

        assertThat(pace.expectsPublish(104)).isTrue();
    }

    @Test
    void noneIsExpectedWhereTheyComeMoreSeldomThanASettlementMayWait() {
        publishEvery(3, 100, 10);

        assertThat(pace.expectsPublish(130)).isFalse();
    }

    @Test
    void noneIsExpectedSomeTimeAfterTheLast() {
        publishEvery(1, 100, 4);

        assertThat(pace.expectsPublish(109)).isFalse();
    }

    @Test
    void whoHasWaitedInVainDoesNotWaitForAWhileAndForLongerEachTime() {
        assertThat(pausesAfterWaitsInVain(1)).isEqualTo(4);
        assertThat(pausesAfterWaitsInVain(2)).isEqualTo(16);
        assertThat(pausesAfterWaitsInVain(10)).isEqualTo(1_000);
    }

    @Test
    void aWaitThatPaidMakesThePauseShortAgain() {
        pausesAfterWaitsInVain(10);

        pace.waitedWell();

        assertThat(pausesAfterWaitsInVain(1)).isEqualTo(4);
    }

    @Test
    void aSecondCommitPaysWhereThereIsMuchToWriteOrCommitsTakeLong() {
        assertThat(pace.overlaps(100, 100)).isFalse();
        assertThat(pace.overlaps(0, 64 << 10)).isTrue();
        assertThat(pace.overlaps(64 << 10, 0)).isTrue();

        for (int commit = 0; commit < 30; commit++) {
            pace.committed(5);
        }
        assertThat(pace.overlaps(100, 100)).isTrue();

        for (int commit = 0; commit < 30; commit++) {
            pace.committed(0);
        }
        assertThat(pace.overlaps(100, 100)).isFalse();
    }

    /** How long no publish is expected after the last wait, though they keep coming. */
    private long pausesAfterWaitsInVain(int waits) {
        long now = 1_000_000;
        for (int wait = 0; wait < waits; wait++) {
            pace.waitedInVain(now);
        }
        long paused = 0;
        publishEvery(0, now, 4);
        while (!pace.expectsPublish(now + paused)) {
            paused++;
            publishEvery(0, now + paused, 4);
        }
        return paused;
    }

    private void publishEvery(long millis, long fromMillis, int times) {
        for (int publish = 0; publish < times; publish++) {
            pace.published(fromMillis + publish * millis);
        }
    }
}
