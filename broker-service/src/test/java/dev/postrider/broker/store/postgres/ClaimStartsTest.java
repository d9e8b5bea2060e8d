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
    void areTheBeginningForMostClaimsAsLongAsTheseTakeNoLonger() {
        assertThat(wholeOf(160, MILLI)).isEqualTo(150);
        assertThat(starts.isSlow()).isFalse();
    }

    @Test
    void areTheBeginningForMostClaimsOnABusyMachineToo() {
        assertThat(wholeOf(160, 100 * MILLI)).isEqualTo(150);
        assertThat(starts.isSlow()).isFalse();
    }

    @Test
    void areTheBeginningForClaimsThatTakeLongBecauseTheyFindMuch() {
        ClaimedDelivery[] many = new ClaimedDelivery[100];
        Arrays.fill(many, delivery(4, CHUNK));
        for (int i = 0; i < 160; i++) {
            claim(i % 2 == 0 ? 50 * MILLI : MILLI, i % 2 == 0 ? many : new ClaimedDelivery[0]);
        }
        assertThat(starts.isSlow()).isFalse();
    }

    @Test
    void areALittleBeforeTheLastFindOnceWalksFromTheBeginningAreSlow() {
        becomeSlow();

        Walk walk = claim(MILLI);

        assertThat(walk.isWhole()).isFalse();
        assertThat(walk.chunkIds()[4]).isEqualTo(CHUNK - SECOND_OF_IDS / 2);
        assertThat(walk.chunkIds()[5]).isEqualTo(Long.MIN_VALUE);
    }

    @Test
    void moveOnForEveryPriorityWhenNothingIsLeft() {
        becomeSlow();
        claim(MILLI);

        assertThat(claim(MILLI).chunkIds()).containsOnly(CHUNK - SECOND_OF_IDS / 2);
    }

    @Test
    void areTheBeginningAgainFromTimeToTime() {
        becomeSlow();
        assertThat(claim(MILLI).isWhole()).isFalse();

        nowNanos += 5 * SECOND;

        assertThat(claim(MILLI).isWhole()).isTrue();
        assertThat(claim(MILLI).isWhole()).isFalse();
    }

    @Test
    void areTheBeginningForMostClaimsOnceTheseAreQuickAgain() {
        becomeSlow();
        for (int i = 0; i < 40; i++) {
            nowNanos += 5 * SECOND;
            claim(MILLI);
        }

        assertThat(starts.isSlow()).isFalse();
        assertThat(wholeOf(160, MILLI)).isEqualTo(150);
    }

    @Test
    void areHeldBackByWhatIsNewSoThatLateCommitsAreSeen() {
        becomeSlow();
        claim(MILLI, delivery(4, CHUNK + 50 * SECOND_OF_IDS));

        assertThat(claim(MILLI).chunkIds()[4]).isEqualTo(CHUNK + 50 * SECOND_OF_IDS - SECOND_OF_IDS / 2);
    }

    private void becomeSlow() {
        while (!starts.isSlow()) {
            Walk walk = starts.next(nowNanos, 0);
            walked(walk, walk.isWhole() ? 10 * MILLI : MILLI, delivery(4, CHUNK));
        }
        walked(starts.next(nowNanos + 5 * SECOND, 0), 10 * MILLI, delivery(4, CHUNK));
    }

    private int wholeOf(int claims, long tookNanos) {
        int whole = 0;
        for (int i = 0; i < claims; i++) {
            whole += claim(tookNanos).isWhole() ? 1 : 0;
        }
        return whole;
    }

    private Walk claim(long tookNanos, ClaimedDelivery... found) {
        Walk walk = starts.next(nowNanos, 0);
        walked(walk, tookNanos, found);
        return walk;
    }

    private void walked(Walk walk, long tookNanos, ClaimedDelivery... found) {
        nowNanos += tookNanos;
        starts.walked(walk, List.of(found), nowNanos, tookNanos);
    }

    private static ClaimedDelivery delivery(int priority, long chunkId) {
        return new ClaimedDelivery(1, chunkId, 0, 1, priority, 0, null);
    }
}
