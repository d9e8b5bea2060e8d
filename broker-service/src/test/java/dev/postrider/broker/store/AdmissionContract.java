package dev.postrider.broker.store;

import static dev.postrider.broker.store.NewDelivery.Turn.BY_AGE;
import static dev.postrider.broker.store.StoreFixture.appending;
import static dev.postrider.broker.store.StoreFixture.chunk;
import static dev.postrider.broker.store.StoreFixture.commit;
import static dev.postrider.broker.store.StoreFixture.newQueue;
import static dev.postrider.broker.store.StoreFixture.ownedDelivery;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.postrider.broker.store.Admission.Key;
import dev.postrider.broker.store.Admitted.Depth;
import dev.postrider.broker.store.Settlement.Kind;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What every {@link MessageStore} answers to an {@link Admission}. */
public abstract class AdmissionContract {
    private static final long LATER = 4_000_000_000_000L;

    private MessageStore store;
    private int queue;

    protected abstract Ports ports();

    @BeforeEach
    void makeQueue() {
        store = ports().messages();
        queue = newQueue(ports().queues());
    }

    @Nested
    class Deduplication {
        @Test
        void answersALaterPublishWithTheFirstMessagesId() {
            assertThat(publish(key("order-1", "first")).duplicates()).isEmpty();

            assertThat(publish(key("order-1", "second"), key("order-2", "third"))
                            .duplicates())
                    .isEqualTo(Map.of(0, "first"));
            assertThat(publish(key("order-2", "fourth")).duplicates()).isEqualTo(Map.of(0, "third"));
        }

        @Test
        void takesAKeyThatOccursTwiceInOneAdmissionForItsOwnFirst() {
            assertThat(publish(key("a", "m0"), key("b", "m1"), key("a", "m2"), key("a", "m3"))
                            .duplicates())
                    .isEqualTo(Map.of(2, "m0", 3, "m0"));
        }

        @Test
        void answersAKeyThatOccursTwiceAndIsOldWithTheStoredId() {
            publish(key("a", "stored"));

            assertThat(publish(key("a", "m0"), key("a", "m1")).duplicates())
                    .isEqualTo(Map.of(0, "stored", 1, "stored"));
        }

        @Test
        void forgetsAKeyAfterItsWindow() {
            publish(new Key(queue, "a", "old", System.currentTimeMillis() - 10_000));

            assertThat(publish(key("a", "new")).duplicates()).isEmpty();
            assertThat(publish(key("a", "newest")).duplicates()).isEqualTo(Map.of(0, "new"));
        }

        @Test
        void keepsKeysOfQueuesApart() {
            publish(key("a", "here"));

            assertThat(publish(new Key(newQueue(ports().queues()), "a", "there", LATER))
                            .duplicates())
                    .isEmpty();
        }

        @Test
        void forgetsTheKeysOfATransactionThatWasRolledBack() {
            Future<CommitResult> nothing =
                    store.commit(new Admission(List.of(key("a", "never")), List.of()), admitted -> null);
            assertThat(Await.result(nothing).stored()).isFalse();
            assertThatThrownBy(() -> Await.result(
                            store.commit(new Admission(List.of(key("b", "never")), List.of()), admitted -> {
                                throw new IllegalStateException("no");
                            })))
                    .hasMessage("no");
            Settlement lost = new Settlement(queue, 1, 0, Kind.FINISH, null, 0);
            Await.result(store.commit(
                    new Admission(List.of(key("c", "never")), List.of()),
                    admitted -> StoreFixture.guarded(1, List.of(chunk(queue, 1)), lost)));

            assertThat(publish(key("a", "m0"), key("b", "m1"), key("c", "m2")).duplicates())
                    .isEmpty();
        }

        @Test
        void letsExactlyOneOfManyWinAtTheSameTime() {
            List<Future<Admitted>> publishes = IntStream.range(0, 40)
                    .mapToObj(i -> publishAsync(key("same", "m" + i)))
                    .toList();

            List<Admitted> answers = publishes.stream().map(Await::result).toList();

            assertThat(answers)
                    .filteredOn(answer -> answer.duplicates().isEmpty())
                    .hasSize(1);
            assertThat(answers)
                    .filteredOn(answer -> !answer.duplicates().isEmpty())
                    .extracting(Admitted::duplicates)
                    .containsOnly(answers.stream()
                            .filter(answer -> !answer.duplicates().isEmpty())
                            .findFirst()
                            .orElseThrow()
                            .duplicates());
            assertThat(Await.result(store.claim(queue, 1, 100))).hasSize(1);
        }

        @Test
        void takesManyKeysInAnyOrderWithoutDeadlock() {
            Random random = new Random(7);
            List<Future<Admitted>> publishes = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                List<Key> keys = new ArrayList<>();
                for (int k = 0; k < 50; k++) {
                    keys.add(key("k" + k, "m" + i + "-" + k));
                }
                Collections.shuffle(keys, random);
                publishes.add(publishAsync(keys.toArray(Key[]::new)));
            }

            assertThat(publishes.stream()
                            .map(Await::result)
                            .mapToInt(a -> 50 - a.duplicates().size()))
                    .as("first messages in all")
                    .satisfies(firsts ->
                            assertThat(firsts.stream().mapToInt(i -> i).sum()).isEqualTo(50));
        }
    }

    @Nested
    class Limits {
        @Test
        void tellsWhatAQueueHoldsInEveryState() {
            append(chunk(queue, 3));
            append(chunk(5, ownedDelivery(queue, 5, 1)));
            append(chunk(2, new NewDelivery(queue, 0, 2, 20, 7, LATER, 0, 0, null, 0, BY_AGE)));
            int empty = newQueue(ports().queues());

            assertThat(depths(queue, empty)).isEqualTo(Map.of(queue, 10L, empty, 0L));
        }

        @Test
        void doesNotCountWhatIsSettled() {
            append(chunk(queue, 10));
            ClaimedDelivery claimed = Await.result(store.claim(queue, 1, 10)).get(0);
            Await.result(
                    commit(store, StoreFixture.settling(1, StoreFixture.settlement(claimed, Kind.PROGRESS, 1, 2))));

            assertThat(depths(queue)).isEqualTo(Map.of(queue, 8L));
        }

        @Test
        void areExactHoweverManyPublishAtTheSameTime() {
            List<Future<CommitResult>> publishes = IntStream.range(0, 60)
                    .mapToObj(i -> store.commit(
                            new Admission(List.of(), List.of(queue)),
                            admitted ->
                                    admitted.depths().get(queue).messages() < 25 ? appending(chunk(queue, 1)) : null))
                    .toList();

            List<CommitResult> results = publishes.stream().map(Await::result).toList();

            assertThat(results).filteredOn(CommitResult::stored).hasSize(25);
            assertThat(depths(queue)).isEqualTo(Map.of(queue, 25L));
        }

        @Test
        void ofSeveralQueuesAreTakenInAnyOrderWithoutDeadlock() {
            int other = newQueue(ports().queues());
            List<Future<CommitResult>> publishes = IntStream.range(0, 40)
                    .mapToObj(i -> store.commit(
                            new Admission(List.of(), i % 2 == 0 ? List.of(queue, other) : List.of(other, queue)),
                            admitted -> appending(chunk(queue, 1), chunk(other, 1))))
                    .toList();

            assertThat(publishes.stream().map(Await::result)).allMatch(CommitResult::stored);
        }

        @Test
        void tellBytesAndWhatIsReady() {
            append(chunk(queue, 3));
            append(chunk(5, ownedDelivery(queue, 5, 1)));
            append(chunk(2, new NewDelivery(queue, 0, 2, 20, 7, LATER, 0, 0, null, 0, BY_AGE)));

            assertThat(depth(queue)).isEqualTo(new Depth(10, 100, 3, 30));
        }

        private Map<Integer, Long> depths(Integer... queues) {
            Map<Integer, Long> messages = new HashMap<>();
            admitted(queues).depths().forEach((id, depth) -> messages.put(id, depth.messages()));
            return messages;
        }
    }

    @Nested
    class Overflow {
        @Test
        void dropsTheOldestReadyMessagesWhateverTheirPriority() {
            append(chunk(3, new NewDelivery(queue, 0, 3, 30, 9, 0, 0, 0, null, 0, BY_AGE)));
            NewChunk second = append(chunk(queue, 3));
            NewChunk third = append(chunk(3, new NewDelivery(queue, 0, 3, 30, 5, 0, 0, 0, null, 0, BY_AGE)));

            CommitResult result = append(new Excess(queue, 4, 0), chunk(queue, 2));

            assertThat(result.dropped()).isEqualTo(Map.of(queue, 4L));
            assertThat(depth(queue).messages()).isEqualTo(7);
            assertThat(Await.result(store.claim(queue, 1, 5)))
                    .extracting(ClaimedDelivery::chunkId, ClaimedDelivery::first, ClaimedDelivery::count)
                    .containsExactly(tuple(third.id(), 0, 3), tuple(second.id(), 1, 2));
        }

        @Test
        void dropsAsManyAsTakeTheBytes() {
            append(chunk(queue, 3));
            append(chunk(queue, 3));

            CommitResult result = append(new Excess(queue, 1, 35), chunk(queue, 1));

            assertThat(result.dropped()).isEqualTo(Map.of(queue, 4L));
            assertThat(depth(queue).bytes()).isEqualTo(30);
        }

        @Test
        void leavesOutWhatIsSettledAlready() {
            append(chunk(queue, 10));
            ClaimedDelivery claimed = Await.result(store.claim(queue, 1, 10)).get(0);
            Await.result(
                    commit(store, StoreFixture.settling(1, StoreFixture.settlement(claimed, Kind.RELEASE, 0, 2, 3))));

            assertThat(append(new Excess(queue, 2, 0), chunk(queue, 1)).dropped())
                    .isEqualTo(Map.of(queue, 2L));

            List<ClaimedDelivery> left = Await.result(store.claim(queue, 1, 100));
            assertThat(left.get(0).first()).isEqualTo(5);
            assertThat(StoreFixture.unsettled(left.get(0))).containsExactly(5, 6, 7, 8, 9);
            assertThat(depth(queue).messages()).isEqualTo(6);
        }

        @Test
        void dropsNothingThatIsInFlightOrScheduled() {
            append(chunk(5, ownedDelivery(queue, 5, 1)));
            append(chunk(2, new NewDelivery(queue, 0, 2, 20, 7, LATER, 0, 0, null, 0, BY_AGE)));
            append(chunk(queue, 1));

            assertThat(append(new Excess(queue, 4, 0), chunk(queue, 1)).dropped())
                    .isEqualTo(Map.of(queue, 2L));
            assertThat(depth(queue)).isEqualTo(new Depth(7, 70, 0, 0));
        }

        @Test
        void mayDropWhatTheSameTransactionStores() {
            assertThat(append(new Excess(queue, 4, 0), chunk(queue, 3), chunk(queue, 3))
                            .dropped())
                    .isEqualTo(Map.of(queue, 4L));
            assertThat(depth(queue).messages()).isEqualTo(2);
        }

        private CommitResult append(Excess excess, NewChunk... chunks) {
            return Await.result(commit(
                    store,
                    new CommitBatch(
                            0, List.of(chunks), List.of(), List.of(), List.of(), false, false, List.of(excess))));
        }

        private NewChunk append(NewChunk chunk) {
            AdmissionContract.this.append(chunk);
            return chunk;
        }
    }

    private Depth depth(int queueId) {
        return admitted(queueId).depths().get(queueId);
    }

    private Admitted admitted(Integer... queues) {
        AtomicReference<Admitted> answer = new AtomicReference<>();
        Await.result(store.commit(new Admission(List.of(), List.of(queues)), admitted -> {
            answer.set(admitted);
            return null;
        }));
        return answer.get();
    }

    private void append(NewChunk chunk) {
        Await.result(commit(store, appending(chunk)));
    }

    private Key key(String key, String messageId) {
        return new Key(queue, key, messageId, LATER);
    }

    private Admitted publish(Key... keys) {
        return Await.result(publishAsync(keys));
    }

    /** Publishes what is no duplicate, and tells what was. */
    private Future<Admitted> publishAsync(Key... keys) {
        AtomicReference<Admitted> answer = new AtomicReference<>();
        return store.commit(new Admission(List.of(keys), List.of()), admitted -> {
                    answer.set(admitted);
                    int news = keys.length - admitted.duplicates().size();
                    return news == 0 ? appending() : appending(chunk(keys[0].queueId(), news));
                })
                .map(result -> answer.get());
    }
}
