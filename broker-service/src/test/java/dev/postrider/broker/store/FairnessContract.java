package dev.postrider.broker.store;

import static dev.postrider.broker.store.StoreFixture.appending;
import static dev.postrider.broker.store.StoreFixture.chunk;
import static dev.postrider.broker.store.StoreFixture.delivery;
import static dev.postrider.broker.store.StoreFixture.newQueue;
import static dev.postrider.broker.store.StoreFixture.settlement;
import static dev.postrider.broker.store.StoreFixture.settling;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.queue.Limits;
import dev.postrider.broker.queue.Ordering;
import dev.postrider.broker.queue.Precedence;
import dev.postrider.broker.queue.QueueSettings;
import dev.postrider.broker.store.Admitted.Front;
import dev.postrider.broker.store.NewDelivery.Turn;
import dev.postrider.broker.store.Settlement.Kind;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link MessageStore} does for queues whose tenants take turns. */
public abstract class FairnessContract {
    private MessageStore store;
    private int queue;

    protected abstract Ports ports();

    @BeforeEach
    void makeQueue() {
        store = ports().messages();
        queue = newQueue(ports().queues());
    }

    @Test
    void claimsByPriorityThenByPlaceWhateverWasStoredFirst() {
        NewChunk late = append(10, 0, 7_000);
        NewChunk early = append(10, 0, 3_000);
        NewChunk high = append(10, 4, 9_000);

        assertThat(claim(25))
                .extracting(ClaimedDelivery::chunkId, ClaimedDelivery::count)
                .containsExactly(tuple(high.id(), 10), tuple(early.id(), 10), tuple(late.id(), 5));
    }

    @Test
    void tellsWhereEachOneStands() {
        append(1, 3, 5_000);
        Standing standing = claim(1).get(0).standing();
        assertThat(standing.part()).isEqualTo(FairPlace.part(3));
        assertThat(standing.place()).isEqualTo(5_000);
    }

    @Test
    void whatAClaimLeavesKeepsItsTurn() {
        append(10, 0, 1_000);
        append(10, 0, 2_000);
        assertThat(claim(4)).extracting(ClaimedDelivery::count).containsExactly(4);

        assertThat(places(claim(8))).containsExactly(tuple(1_000L, 6), tuple(2_000L, 2));
        assertThat(places(claim(100))).containsExactly(tuple(2_000L, 8));
        assertThat(claim(1)).isEmpty();
    }

    @Test
    void doesNotCountRecordsOfOtherTurns() {
        byte[] others = {0b0110};
        commit(chunk(4, new NewDelivery(queue, 0, 4, 40, 0, 0, 0, 0, others, 2, Turn.fair(0, 5))));
        assertThat(claim(2)).extracting(StoreFixture::unsettled).containsExactly(List.of(0, 3));
        assertThat(claim(1)).isEmpty();
    }

    @Test
    void whatIsGivenBackStandsBehindWhoIsNextByThen() {
        append(4, 0, 1_000);
        append(4, 0, 2_000);
        ClaimedDelivery first = claim(4).get(0);
        commit(settling(1, settlement(first, Kind.RELEASE, 0)));
        assertThat(places(claim(5))).containsExactly(tuple(2_000L, 4), tuple(2_001L, 2));
    }

    @Test
    void whatIsGivenBackWhereNothingWaitsStandsAtTheTimeOfTheClock() {
        append(4, 0, 1_000);
        commit(settling(1, settlement(claim(4).get(0), Kind.RELEASE)));
        assertThat(claim(4).get(0).standing().place()).isGreaterThan(FairPlace.ofMillis(anHourAgo()));
    }

    @Test
    void whatIsShedStandsBehindWhoIsNextByThen() {
        append(6, 0, 1_000);
        append(6, 0, 2_000);
        ClaimedDelivery first = claim(6).get(0);
        commit(settling(
                1,
                new Settlement(
                        queue,
                        first.chunkId(),
                        0,
                        Kind.SHED,
                        new byte[] {0b111000},
                        3,
                        0,
                        6,
                        new Settlement.Rest(3, 3, null, 0))));
        assertThat(places(claim(8))).containsExactly(tuple(2_000L, 6), tuple(2_001L, 2));
    }

    @Test
    void whatADeadBrokerHadStandsBehindWhoIsNextByThen() {
        long gone = Await.result(ports().brokers().join("host " + queue, true)).id();
        append(3, 0, 1_000);
        append(3, 0, 2_000);
        append(3, 0, 3_000);
        assertThat(Await.result(store.claimFair(queue, gone, 3))).hasSize(1);
        Await.result(ports().brokers().join("host " + queue, true));
        assertThat(places(claim(9))).containsExactly(tuple(2_000L, 3), tuple(2_001L, 3), tuple(3_000L, 3));
    }

    @Test
    void whatABrokerThatLeavesHadStandsBehindWhoIsNextByThen() {
        long leaving =
                Await.result(ports().brokers().join("inn " + queue, true)).id();
        append(3, 0, 1_000);
        append(3, 0, 2_000);
        assertThat(Await.result(store.claimFair(queue, leaving, 3))).hasSize(1);
        Await.result(ports().brokers().leave(leaving));
        assertThat(places(claim(6))).containsExactly(tuple(2_000L, 3), tuple(2_001L, 3));
    }

    private static long anHourAgo() {
        return System.currentTimeMillis() - 3_600_000;
    }

    @Test
    void whatStaysWhenTheOldestAreDroppedKeepsItsTurn() {
        append(6, 0, 2_000);
        append(6, 0, 1_000);
        commit(new CommitBatch(
                0,
                List.of(chunk(1, fair(1, 0, 9_000))),
                List.of(),
                List.of(),
                List.of(),
                false,
                false,
                List.of(new Excess(queue, 2, 0))));
        assertThat(places(claim(100))).containsExactly(tuple(1_000L, 6), tuple(2_000L, 4), tuple(9_000L, 1));
    }

    @Test
    void whatWasStoredBeforeTheQueueWasFairComesLast() {
        NewChunk before = chunk(3, delivery(queue, 3));
        commit(appending(before));
        append(3, 0, 5_000);
        assertThat(places(claim(100))).containsExactly(tuple(5_000L, 3));
        assertThat(claim(2)).extracting(ClaimedDelivery::chunkId).containsExactly(before.id());
        assertThat(claim(2)).extracting(ClaimedDelivery::count).containsExactly(1);
        assertThat(claim(2)).isEmpty();
    }

    @Test
    void letsEveryRecordBeClaimedOnce() {
        for (int i = 0; i < 30; i++) {
            append(10, i % 3, i % 5);
        }
        List<Future<List<ClaimedDelivery>>> claims = IntStream.range(1, 13)
                .mapToObj(owner -> store.claimFair(queue, owner, 37))
                .toList();
        int claimed = 0;
        for (Future<List<ClaimedDelivery>> claim : claims) {
            claimed += count(Await.result(claim));
        }
        for (List<ClaimedDelivery> rest = claim(1_000); !rest.isEmpty(); rest = claim(1_000)) {
            claimed += count(rest);
        }
        assertThat(claimed).isEqualTo(300);
    }

    @Test
    void tellsWhoIsNextInEachPriority() {
        append(10, 0, 2_000);
        append(10, 0, 1_000);
        append(10, 7, 3_000);
        assertThat(front(0).place()).isEqualTo(1_000);
        assertThat(front(7).place()).isEqualTo(3_000);
        assertThat(front(1).place()).isNull();
        assertThat(front(1).nowMillis())
                .isBetween(System.currentTimeMillis() - 60_000, System.currentTimeMillis() + 60_000);

        claim(10);
        assertThat(front(7).place()).as("all of it is claimed").isNull();
        claim(5);
        assertThat(front(0).place()).as("some of it is left").isEqualTo(1_000);
    }

    @Test
    void whatComesLateHasItsTurnBehindWhoIsNextAndInItsOwnOrder() {
        long due = System.currentTimeMillis() + 500;
        commit(chunk(
                6,
                new NewDelivery(queue, 0, 3, 30, 0, due, 0, 0, null, 0, Turn.fair(0, 900)),
                new NewDelivery(queue, 3, 3, 30, 0, due, 0, 0, null, 0, Turn.fair(0, 400))));
        append(3, 0, 5_000);
        append(3, 0, 5_300);
        append(3, 0, 5_700);
        Await.until(() -> Await.result(ports().maintenance().stage()), staged -> staged.queueIds()
                .contains(queue));

        assertThat(places(claim(100)))
                .containsExactly(
                        tuple(5_000L, 3), tuple(5_001L, 3), tuple(5_300L, 3), tuple(5_501L, 3), tuple(5_700L, 3));
    }

    @Test
    void whatComesLateWhereNothingWaitsStandsAtTheTimeOfTheClock() {
        long due = System.currentTimeMillis() + 500;
        commit(chunk(3, new NewDelivery(queue, 0, 3, 30, 0, due, 0, 0, null, 0, Turn.fair(0, 900))));
        Await.until(() -> Await.result(ports().maintenance().stage()), staged -> staged.queueIds()
                .contains(queue));
        long place = claim(3).get(0).standing().place();
        assertThat(place).isGreaterThan(FairPlace.ofMillis(anHourAgo()));
    }

    @Test
    void whatExpiredUnclaimedGoesToTheDeadLetterQueue() {
        QueueSettings defaults = QueueSettings.DEFAULTS;
        int buried = newQueue(
                ports().queues(),
                new QueueSettings(
                        defaults.lease(),
                        defaults.maxAttempts(),
                        defaults.backoff(),
                        null,
                        Limits.NONE,
                        new Precedence(Ordering.NONE, "key", null),
                        defaults.deduplicationWindow(),
                        "grave",
                        defaults.durability()));
        NewChunk expired = chunk(2, new NewDelivery(buried, 0, 2, 20, 0, 0, 1, 0, null, 0, Turn.fair(0, 1)));
        commit(expired);
        List<Long> claimed = new ArrayList<>();
        Await.until(
                () -> {
                    Await.result(ports().maintenance().claimExpired(1))
                            .forEach(delivery -> claimed.add(delivery.chunkId()));
                    return claimed;
                },
                chunks -> chunks.contains(expired.id()));
    }

    @Test
    void fairnessChangesOnlyWhileTheQueueIsEmpty() {
        String name = "fair-" + queue;
        put(name, null);
        put(name, "key");
        int id = Await.result(ports().queues().find(name)).orElseThrow().id();
        commit(chunk(id, 1));
        assertThatThrownBy(() -> put(name, "headers.tenant")).isInstanceOf(BrokerException.class);
        assertThatThrownBy(() -> put(name, null)).isInstanceOf(BrokerException.class);
        put(name, "key");
        Await.result(store.purge(id));
        put(name, "headers.tenant");
        assertThat(Await.result(ports().queues().find(id))
                        .orElseThrow()
                        .settings()
                        .precedence()
                        .fairness())
                .isEqualTo("headers.tenant");
    }

    private void put(String name, String fairness) {
        Await.result(ports().queues()
                .put(name, QueueSettings.DEFAULTS.withPrecedence(new Precedence(Ordering.NONE, fairness, null))));
    }

    private NewChunk append(int count, int priority, long place) {
        NewChunk chunk = chunk(count, fair(count, priority, place));
        commit(chunk);
        return chunk;
    }

    private NewDelivery fair(int count, int priority, long place) {
        return new NewDelivery(queue, 0, count, count * 10, priority, 0, 0, 0, null, 0, Turn.fair(priority, place));
    }

    private void commit(NewChunk chunk) {
        commit(appending(chunk));
    }

    private void commit(CommitBatch batch) {
        assertThat(Await.result(StoreFixture.commit(store, batch)).stored()).isTrue();
    }

    private Front front(int priority) {
        Admission.Fair asked = new Admission.Fair(queue, priority);
        List<Front> fronts = new ArrayList<>();
        Await.result(store.commit(new Admission(List.of(), List.of(), List.of(), List.of(asked)), admitted -> {
            fronts.add(admitted.fronts().get(asked));
            return null;
        }));
        return fronts.get(0);
    }

    private static List<Tuple> places(List<ClaimedDelivery> claimed) {
        return claimed.stream()
                .map(delivery -> tuple(delivery.standing().place(), delivery.count()))
                .toList();
    }

    private int count(List<ClaimedDelivery> claimed) {
        return claimed.stream().mapToInt(ClaimedDelivery::count).sum();
    }

    private List<ClaimedDelivery> claim(int wanted) {
        return Await.result(store.claimFair(queue, 1, wanted));
    }
}
