package dev.postrider.broker.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.store.Admitted.Front;
import dev.postrider.broker.store.FairPlace;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Places are in records behind the front, with what tells commits apart rounded away. */
class VirtualTimeTest {
    private static final long NOW = 1_790_000_000_000L;
    private static final long FRONT = FairPlace.ofMillis(NOW);

    private final VirtualTime time = new VirtualTime();

    @Test
    void recordsOfATenantStartOneBehindTheOther() {
        VirtualTime.Turns turns = begin(FRONT);
        assertThat(IntStream.range(0, 4).mapToLong(i -> records(turns.next("a"))))
                .containsExactly(0L, 1L, 2L, 3L);
    }

    @Test
    void whoComesLateStartsNowAndNotBehindAFlood() {
        flood("a", 1_000_000);
        assertThat(records(begin(FRONT).next("b"))).isZero();
        assertThat(records(begin(FRONT).next("a"))).isEqualTo(1_000_000);
        assertThat(records(begin(FRONT + 600 * FairPlace.RECORD).next("b"))).isEqualTo(600);
    }

    @Test
    void thoseWhoNameNoTenantAreOneTogether() {
        VirtualTime.Turns turns = begin(FRONT);
        turns.next(null);
        assertThat(records(turns.next(null))).isEqualTo(1);
        assertThat(records(turns.next("a"))).isZero();
    }

    @Test
    void whoHasBeenServedHasNoDebtsOnceNothingWaits() {
        flood("a", 100_000);
        assertThat(time.begin(new Front(null, NOW + 101)).next("a"))
                .isEqualTo(time.begin(new Front(null, NOW + 101)).next("b") - 1);
    }

    @Test
    void brokersThatFindNothingWaitingAgreeByTheClock() {
        long here = time.begin(new Front(null, NOW)).now();
        long there = new VirtualTime().begin(new Front(null, NOW + 2)).now();
        assertThat(there - here).isEqualTo(2 * FairPlace.UNITS_PER_MILLI);
    }

    @Test
    void whatIsNotStoredTakesNoTurns() {
        VirtualTime.Turns failed = begin(FRONT);
        failed.next("a");
        assertThat(records(begin(FRONT).next("a"))).isZero();
    }

    @Test
    void commitsThatFindTheSameOneNextHavePlacesOfTheirOwnBehindIt() {
        assertThat(IntStream.range(0, 1_000).mapToLong(i -> begin(FRONT).now()).distinct())
                .hasSize(1_000)
                .allMatch(now -> now > FRONT && now < FRONT + FairPlace.RECORD);
    }

    @Test
    void remembersABoundedNumberOfTenantsAndForgetsWhoSentLeastRecently() {
        flood("early", 10);
        for (int i = 0; i < VirtualTime.TENANTS_MAX; i++) {
            flood("tenant " + i, 2);
        }
        assertThat(time.tenants()).isEqualTo(VirtualTime.TENANTS_MAX);
        assertThat(records(begin(FRONT).next("early"))).isZero();
        assertThat(records(begin(FRONT).next("tenant 0"))).isEqualTo(2);
    }

    @Test
    void forgetsTenantsOfWhomNothingWaits() {
        for (int i = 0; i < 10_000; i++) {
            VirtualTime.Turns turns = begin(FRONT + i * FairPlace.RECORD);
            turns.next("tenant " + i);
            turns.keep();
        }
        assertThat(time.tenants()).isLessThan(1_100);
    }

    private void flood(String tenant, int count) {
        VirtualTime.Turns turns = begin(FRONT);
        for (int i = 0; i < count; i++) {
            turns.next(tenant);
        }
        turns.keep();
    }

    private VirtualTime.Turns begin(long front) {
        return time.begin(new Front(front, NOW));
    }

    private static long records(long place) {
        return (place - FRONT) / FairPlace.RECORD;
    }
}
