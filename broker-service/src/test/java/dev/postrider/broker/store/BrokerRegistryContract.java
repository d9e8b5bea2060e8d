package dev.postrider.broker.store;

import static dev.postrider.broker.store.StoreFixture.appending;
import static dev.postrider.broker.store.StoreFixture.chunk;
import static dev.postrider.broker.store.StoreFixture.commit;
import static dev.postrider.broker.store.StoreFixture.newQueue;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.store.BrokerRegistry.Heartbeat;
import dev.postrider.broker.store.BrokerRegistry.Membership;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link BrokerRegistry} does. */
public abstract class BrokerRegistryContract {
    private static final long AN_HOUR = 3_600_000;

    private BrokerRegistry brokers;
    private MessageStore store;
    private int queue;

    protected abstract Ports ports();

    @BeforeEach
    void startWithNoBroker() {
        brokers = ports().brokers();
        store = ports().messages();
        queue = newQueue(ports().queues());
        Await.until(
                () -> {
                    Await.result(brokers.reap(0));
                    return Await.result(brokers.beat(1, Map.of())).peers();
                },
                Map::isEmpty);
    }

    @Test
    void givesEachBrokerItsOwnIdAndASlotThatNobodyHadLately() {
        Membership first = join("a:1");
        Membership second = join("b:1");
        Await.result(brokers.leave(first.id()));
        Membership third = join("c:1");

        assertThat(List.of(first.slot(), second.slot(), third.slot()))
                .doesNotHaveDuplicates()
                .allMatch(slot -> slot >= 0 && slot < 1_024);
        assertThat(List.of(first.id(), second.id(), third.id()))
                .doesNotHaveDuplicates()
                .allMatch(id -> id > 0);
        assertThat(third.nowMillis())
                .isCloseTo(System.currentTimeMillis(), org.assertj.core.data.Offset.offset(60_000L));
    }

    @Test
    void givesSlotsApartToThoseThatJoinAtTheSameTime() {
        List<Future<Membership>> joining = IntStream.range(0, 12)
                .mapToObj(i -> brokers.join("host-" + i, true))
                .toList();

        assertThat(joining.stream().map(Await::result).map(Membership::slot)).doesNotHaveDuplicates();
    }

    @Test
    void tellsABrokerOfItsPeers() {
        Membership me = join("a:1");
        Membership other = join("b:1");

        Heartbeat beat = Await.result(brokers.beat(me.id(), Map.of(queue, 3)));

        assertThat(beat.alive()).isTrue();
        assertThat(beat.peers()).isEqualTo(Map.of(other.id(), "b:1"));
        assertThat(Await.result(ports().queues().figures(List.of(queue)))
                        .get(queue)
                        .consumers())
                .isEqualTo(Map.of(me.id(), 3));
    }

    @Test
    void freesTheDeliveriesOfASilentBrokerAndCountsAnAttempt() {
        Membership dead = join("a:1");
        claim(dead.id(), 4);

        // What other tests have claimed for brokers that never were is freed with it.
        Await.until(() -> Await.result(brokers.reap(1)), freed -> freed.contains(queue));

        assertThat(Await.result(brokers.beat(dead.id(), Map.of())).alive()).isFalse();
        assertThat(Await.result(store.claim(queue, 5, 10)))
                .extracting(ClaimedDelivery::attempts)
                .containsExactly(1);
    }

    @Test
    void leavesTheLivingAlone() {
        Membership alive = join("a:1");
        claim(alive.id(), 4);

        assertThat(Await.result(brokers.reap(AN_HOUR))).doesNotContain(queue);
        assertThat(Await.result(brokers.beat(alive.id(), Map.of())).alive()).isTrue();
        assertThat(Await.result(store.owned(alive.id()))).hasSize(1);
    }

    @Test
    void freesWhatIsOwnedByNoBroker() {
        claim(987_654_321, 4);

        Await.until(() -> Await.result(brokers.reap(AN_HOUR)), freed -> freed.contains(queue));
        assertThat(Await.result(store.claim(queue, 5, 10))).hasSize(1);
    }

    @Test
    void givesBackWhatALeavingBrokerOwnsWithoutCountingAnAttempt() {
        Membership leaving = join("a:1");
        claim(leaving.id(), 4);

        Await.result(brokers.leave(leaving.id()));

        assertThat(Await.result(store.claim(queue, 5, 10)))
                .extracting(ClaimedDelivery::attempts)
                .containsExactly(0);
        assertThat(Await.result(brokers.beat(leaving.id(), Map.of())).alive()).isFalse();
    }

    @Test
    void supersedesAPredecessorAtTheSameAddress() {
        Membership predecessor = join("a:1");
        Membership other = join("b:1");
        claim(predecessor.id(), 4);

        Membership successor = Await.result(brokers.join("a:1", true));

        assertThat(Await.result(brokers.beat(successor.id(), Map.of())).peers()).isEqualTo(Map.of(other.id(), "b:1"));
        assertThat(Await.result(store.claim(queue, successor.id(), 10))).hasSize(1);
    }

    @Test
    void letsTwoShareAnAddressIfNeitherSupersedes() {
        Membership first = join("a:1");
        Membership second = join("a:1");

        assertThat(Await.result(brokers.beat(second.id(), Map.of())).peers()).containsOnlyKeys(first.id());
    }

    private Membership join(String address) {
        return Await.result(brokers.join(address, false));
    }

    private void claim(long owner, int count) {
        Await.result(commit(store, appending(chunk(queue, count))));
        assertThat(Await.result(store.claim(queue, owner, count))).hasSize(1);
    }
}
