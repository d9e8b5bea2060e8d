package dev.postrider.broker.store;

import static dev.postrider.broker.store.StoreFixture.appending;
import static dev.postrider.broker.store.StoreFixture.chunk;
import static dev.postrider.broker.store.StoreFixture.commit;
import static dev.postrider.broker.store.StoreFixture.finish;
import static dev.postrider.broker.store.StoreFixture.guarded;
import static dev.postrider.broker.store.StoreFixture.newQueue;
import static dev.postrider.broker.store.StoreFixture.settlement;
import static dev.postrider.broker.store.StoreFixture.settling;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.queue.Limits;
import dev.postrider.broker.queue.Ordering;
import dev.postrider.broker.queue.Precedence;
import dev.postrider.broker.queue.QueueDefinition;
import dev.postrider.broker.queue.QueueSettings;
import dev.postrider.broker.store.BrokerRegistry.Membership;
import dev.postrider.broker.store.PartitionStore.Share;
import dev.postrider.broker.store.Settlement.Kind;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link PartitionStore} does. */
public abstract class PartitionStoreContract {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final List<Integer> ALL = IntStream.range(0, 16).boxed().toList();

    private MessageStore store;
    private BrokerRegistry brokers;
    private int queue;
    private long me;
    private long other;

    protected abstract Ports ports();

    @BeforeEach
    void joinTwo() {
        store = ports().messages();
        brokers = ports().brokers();
        queue = newQueue(ports().queues());
        me = join().id();
        other = join().id();
    }

    @AfterEach
    void leave() {
        Await.result(brokers.leave(me));
        Await.result(brokers.leave(other));
    }

    @Test
    void givesAllPartitionsToTheOnlyBrokerWithConsumers() {
        assertThat(share(me, 1)).isEqualTo(new Share(16, ALL));
        assertThat(share(me, 1)).isEqualTo(new Share(16, ALL));
    }

    @Test
    void givesNothingToABrokerThatIsNotAmongTheLiving() {
        assertThat(share(987_654_321, 1).numbers()).isEmpty();
    }

    @Test
    void givesEachBrokerWithConsumersItsShare() {
        haveConsumers(me);
        haveConsumers(other);

        Share mine = share(me, 1);
        Share others = share(other, 1);

        assertThat(mine.fair()).isEqualTo(8);
        assertThat(mine.numbers()).hasSize(8).doesNotContainAnyElementsOf(others.numbers());
        assertThat(others.numbers()).hasSize(8);
    }

    @Test
    void tellsABrokerThatItHasMoreThanItsShare() {
        share(me, 1);
        haveConsumers(other);

        assertThat(share(me, 1)).isEqualTo(new Share(8, ALL));
        assertThat(Await.result(store.share(queue, me, 1, 16, false))).isEqualTo(new Share(0, ALL));
        assertThat(share(other, 1).numbers()).isEmpty();
    }

    @Test
    void claimsByPlaceAcrossChunksAndPartitions() {
        ClaimedDelivery[] stored = {append(3), append(0), append(3)};
        share(me, 1);

        List<ClaimedDelivery> claimed = claim(me, 1, 100);

        assertThat(claimed)
                .extracting(ClaimedDelivery::chunkId)
                .containsExactly(stored[0].chunkId(), stored[1].chunkId(), stored[2].chunkId());
        assertThat(claimed).extracting(delivery -> delivery.standing().part()).containsExactly(3, 0, 3);
        assertThat(claimed).extracting(delivery -> delivery.standing().place()).isSorted();
        assertThat(claim(me, 1, 100)).isEmpty();
        assertThat(Await.result(store.owned(me))).containsExactlyInAnyOrderElementsOf(claimed);
    }

    @Test
    void claimsWholeDeliveriesUntilAsManyAreHeldAsAreWanted() {
        append(1);
        append(1);
        append(1);
        share(me, 1);

        assertThat(claim(me, 1, 3)).hasSize(2);
        assertThat(claim(me, 1, 100)).hasSize(1);
    }

    @Test
    void claimsFromNoPartitionThatAnotherBrokerServes() {
        append(5);
        share(other, 1);

        assertThat(claim(me, 1, 100)).isEmpty();
        assertThat(claim(other, 1, 100)).hasSize(1);
    }

    @Test
    void claimsOnlyFromThePartitionsThatAreNamed() {
        append(5);
        append(6);
        share(me, 1);

        assertThat(Await.result(store.claimInOrder(queue, me, 1, List.of(6), 100)))
                .extracting(delivery -> delivery.standing().part())
                .containsExactly(6);
    }

    @Test
    void claimsNothingForAnEarlierTerm() {
        append(5);
        share(me, 1);

        assertThat(share(me, 2).numbers()).isEqualTo(ALL);

        assertThat(claim(me, 1, 100)).isEmpty();
        assertThat(share(me, 1).numbers()).isEmpty();
        assertThat(claim(me, 2, 100)).hasSize(1);
    }

    @Test
    void putsRecordsThatHoldTheirKeysBeforeAllOthers() {
        append(5);
        append(5);
        share(me, 1);
        ClaimedDelivery failed = claim(me, 1, 1).get(0);
        long later = Long.MAX_VALUE / 2;
        NewChunk retry =
                chunk(2, new NewDelivery(queue, 0, 2, 20, 0, later, 0, me, null, 0, NewDelivery.Turn.inOrder(5, true)));
        Await.result(commit(store, guarded(me, List.of(retry), finish(failed))));
        ClaimedDelivery held = Await.result(store.owned(me)).get(0);
        assertThat(held.standing().readyAtMillis()).isEqualTo(later);
        assertThat(held.standing().place()).isNegative();

        Await.result(commit(store, settling(me, settlement(held, Kind.RELEASE))));

        assertThat(claim(me, 1, 1)).extracting(ClaimedDelivery::standing).containsExactly(held.standing());
    }

    @Test
    void claimsHighPrioritiesFirstWhereDeliveriesNameSome() {
        append(3, 0);
        ClaimedDelivery high = append(3, 9);
        ClaimedDelivery low = append(3, 1);
        share(me, 1);

        assertThat(claim(me, 1, 3)).extracting(ClaimedDelivery::chunkId).containsExactly(high.chunkId(), low.chunkId());
        assertThat(claim(me, 1, 3)).extracting(ClaimedDelivery::priority).containsExactly(0);
    }

    @Test
    void claimsWhatLiesInNoPartitionApart() {
        ClaimedDelivery none = append(NewDelivery.NOT_PARTITIONED);
        ClaimedDelivery beyond = append(5);
        ClaimedDelivery first = append(0);
        share(me, 1);

        assertThat(Await.result(store.claimMisplaced(queue, me, 1)))
                .extracting(ClaimedDelivery::chunkId)
                .containsExactlyInAnyOrder(none.chunkId(), beyond.chunkId());
        assertThat(Await.result(store.claimMisplaced(queue, other, 1))).isEmpty();
        assertThat(claim(me, 1, 100)).extracting(ClaimedDelivery::chunkId).containsExactly(first.chunkId());
        assertThat(Await.result(store.owned(me))).hasSize(3);
    }

    @Test
    void keepsAPartitionOfWhichSomethingIsHeld() {
        append(5);
        share(me, 1);
        ClaimedDelivery held = claim(me, 1, 10).get(0);

        assertThat(Await.result(store.giveUp(queue, me, List.of(4, 5)))).containsExactly(4);
        Await.result(commit(store, settling(me, finish(held))));
        assertThat(Await.result(store.giveUp(queue, me, List.of(5)))).containsExactly(5);
        assertThat(share(other, 1).numbers()).containsExactly(4, 5);
        assertThat(Await.result(store.giveUp(queue, me, List.of(4)))).isEmpty();
    }

    @Test
    void freesThePartitionsOfABrokerThatLeavesOrIsDeclaredDead() {
        append(5);
        append(5);
        share(me, 1);
        claim(me, 1, 1);

        Await.result(brokers.leave(me));

        assertThat(share(other, 7).numbers()).isEqualTo(ALL);
        List<ClaimedDelivery> claimed = claim(other, 7, 100);
        assertThat(claimed).hasSize(2).extracting(ClaimedDelivery::attempts).containsOnly(0);
        long third = join().id();
        Await.until(
                () -> {
                    Await.result(brokers.beat(third, Map.of()));
                    return Await.result(brokers.reap(500));
                },
                freed -> freed.contains(queue));
        assertThat(share(third, 8).numbers()).isEqualTo(ALL);
        assertThat(claim(third, 8, 100))
                .hasSize(2)
                .extracting(ClaimedDelivery::attempts)
                .containsOnly(1);
        Await.result(brokers.leave(third));
    }

    @Test
    void changesTheOrderingOfAnEmptyQueueOnly() {
        QueueStore queues = ports().queues();
        QueueDefinition definition = Await.result(queues.find(queue)).orElseThrow();
        QueueSettings ordered = definition.settings().withPrecedence(new Precedence(Ordering.KEY, null, null));
        ClaimedDelivery stored = append(1);

        assertThatThrownBy(() -> Await.result(queues.put(definition.name(), ordered)))
                .isInstanceOf(BrokerException.class)
                .hasMessageContaining("empty");
        assertThat(Await.result(queues.put(definition.name(), definition.settings()))
                        .getValue())
                .isFalse();
        share(me, 1);
        Await.result(commit(store, settling(me, finish(claim(me, 1, 9).get(0)))));

        assertThat(stored.count()).isEqualTo(2);
        assertThat(Await.result(queues.put(definition.name(), ordered)).getKey().settings())
                .isEqualTo(ordered);
    }

    @Test
    void bringsPartitionsToAnEmptyQueueOnlyButChangesABoundPerKeyAtAnyTime() {
        QueueStore queues = ports().queues();
        QueueDefinition definition = Await.result(queues.find(queue)).orElseThrow();
        assertThat(Await.result(queues.put(definition.name(), boundPerKey(2)))
                        .getKey()
                        .settings())
                .isEqualTo(boundPerKey(2));
        append(1);

        assertThat(Await.result(queues.put(definition.name(), boundPerKey(3)))
                        .getKey()
                        .settings())
                .isEqualTo(boundPerKey(3));
        assertThatThrownBy(() -> Await.result(queues.put(definition.name(), boundPerKey(null))))
                .isInstanceOf(BrokerException.class)
                .hasMessageContaining("maxInFlightPerKey");
        share(me, 1);
        Await.result(commit(store, settling(me, finish(claim(me, 1, 9).get(0)))));
        assertThat(Await.result(queues.put(definition.name(), boundPerKey(null)))
                        .getKey()
                        .settings())
                .isEqualTo(boundPerKey(null));
    }

    private static QueueSettings boundPerKey(Integer limit) {
        return QueueSettings.DEFAULTS.withLimits(Limits.NONE.withMaxInFlightPerKey(limit));
    }

    private Membership join() {
        return Await.result(brokers.join("partitions-" + NUMBER.incrementAndGet(), false));
    }

    private void haveConsumers(long broker) {
        Await.result(brokers.beat(broker, Map.of(queue, 1)));
    }

    private Share share(long owner, long term) {
        return Await.result(store.share(queue, owner, term, 16, true));
    }

    private List<ClaimedDelivery> claim(long owner, long term, int wanted) {
        return Await.result(store.claimInOrder(queue, owner, term, ALL, wanted));
    }

    /** Two records in one delivery; the queue owes both. */
    private ClaimedDelivery append(int part) {
        return append(part, 0);
    }

    private ClaimedDelivery append(int part, int priority) {
        NewChunk chunk = chunk(
                2, new NewDelivery(queue, 0, 2, 20, priority, 0, 0, 0, null, 0, NewDelivery.Turn.inOrder(part, false)));
        Await.result(commit(store, appending(chunk)));
        return new ClaimedDelivery(queue, chunk.id(), 0, 2, 0, 0, null);
    }
}
