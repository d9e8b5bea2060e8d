package dev.postrider.broker.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.store.ClaimedDelivery;
import dev.postrider.broker.store.postgres.ClaimStarts.Walk;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClaimStartsTest {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;
    private static final long SECOND_OF_IDS = 1_000L << 22;
    private static final long CHUNK = 100 * SECOND_OF_IDS;

    private final ClaimStarts starts = new ClaimStarts();
    private long nowNanos;

    @Test
    void areTheBeginningAsLongAsClaimsAreQuick() {
        for (int i = 0; i < 20; i++) {
            assertThat(claim(MILLI).isWhole()).isTrue();
        }
    }

    @Test
    void areTheBeginningForClaimsThatTakeLongBecauseTheyFindMuch() {
        ClaimedDelivery[] many = new ClaimedDelivery[100];
        Arrays.fill(many, delivery(4, CHUNK));
        for (int i = 0; i < 20; i++) {
            assertThat(claim(50 * MILLI, many).isWhole()).isTrue();
        }
    }

    @Test
    void areALittleBeforeTheLastFindOnceWalksFromTheBeginningAreSlow() {
        becomeSlow();

        Walk walk = claim(MILLI);

        assertThat(walk.isWhole()).isFalse();
        assertThat(walk.chunkIds()[4]).isEqualTo(CHUNK - 2 * SECOND_OF_IDS);
        assertThat(walk.chunkIds()[5]).isEqualTo(Long.MIN_VALUE);
    }

    @Test
    void moveOnForEveryPriorityWhenNothingIsLeft() {
        becomeSlow();
        claim(MILLI);

        assertThat(claim(MILLI).chunkIds()).containsOnly(CHUNK - 2 * SECOND_OF_IDS);
    }

    @Test
    void areTheBeginningAgainFromTimeToTime() {
        becomeSlow();
        assertThat(claim(MILLI).isWhole()).isFalse();

        nowNanos += SECOND;

        assertThat(claim(MILLI).isWhole()).isTrue();
        assertThat(claim(MILLI).isWhole()).as("quick again").isTrue();
    }

    @Test
    void areHeldBackByWhatIsNewSoThatLateCommitsAreSeen() {
        becomeSlow();
        claim(MILLI, delivery(4, CHUNK + 50 * SECOND_OF_IDS));

        assertThat(claim(MILLI).chunkIds()[4]).isEqualTo(CHUNK + 48 * SECOND_OF_IDS);
    }

    private void becomeSlow() {
        for (int i = 0; i < 4; i++) {
            nowNanos += SECOND;
            claim(10 * MILLI, delivery(4, CHUNK));
        }
    }

    private Walk claim(long tookNanos, ClaimedDelivery... found) {
        Walk walk = starts.next(nowNanos, 0);
        nowNanos += tookNanos;
        starts.walked(walk, List.of(found), nowNanos, tookNanos);
        return walk;
    }

    private static ClaimedDelivery delivery(int priority, long chunkId) {
        return new ClaimedDelivery(1, chunkId, 0, 1, priority, 0, null);
    }
}
