package dev.postrider.broker.store;

import static dev.postrider.broker.store.NewDelivery.Turn.BY_AGE;
import static dev.postrider.broker.store.StoreFixture.appending;
import static dev.postrider.broker.store.StoreFixture.chunk;
import static dev.postrider.broker.store.StoreFixture.commit;
import static dev.postrider.broker.store.StoreFixture.delivery;
import static dev.postrider.broker.store.StoreFixture.finish;
import static dev.postrider.broker.store.StoreFixture.guarded;
import static dev.postrider.broker.store.StoreFixture.kept;
import static dev.postrider.broker.store.StoreFixture.newQueue;
import static dev.postrider.broker.store.StoreFixture.ownedDelivery;
import static dev.postrider.broker.store.StoreFixture.settlement;
import static dev.postrider.broker.store.StoreFixture.settling;
import static dev.postrider.broker.store.StoreFixture.unsettled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.postrider.broker.store.PeekedDelivery.State;
import dev.postrider.broker.store.Settlement.Kind;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What every {@link MessageStore} does, whatever it is made of. */
public abstract class MessageStoreContract {
    protected static final long ME = 11;
    protected static final long OTHER = 12;

    protected MessageStore store;
    protected QueueStore queues;
    protected int queue;

    /** The implementation under test; called before each test, which uses queues of its own. */
    protected abstract Ports ports();

    @BeforeEach
    void makeQueue() {
        store = ports().messages();
        queues = ports().queues();
        queue = newQueue(queues);
    }

    @Nested
    class Claim {
        @Test
        void takesNothingFromAnEmptyQueue() {
            assertThat(claim(10)).isEmpty();
        }

        @Test
        void takesAWholeChunkWhenThatMuchIsWanted() {
            NewChunk chunk = append(chunk(queue, 100));

            assertThat(claim(100)).containsExactly(new ClaimedDelivery(queue, chunk.id(), 0, 100, 0, 0, null));
            assertThat(claim(100)).isEmpty();
        }

        @Test
        void splitsAChunkThatHoldsMoreThanIsWanted() {
            NewChunk chunk = append(chunk(queue, 100));

            assertThat(claim(30)).containsExactly(new ClaimedDelivery(queue, chunk.id(), 0, 30, 0, 0, null));
            assertThat(Await.result(store.claim(queue, OTHER, 50)))
                    .containsExactly(new ClaimedDelivery(queue, chunk.id(), 30, 50, 0, 0, null));
            assertThat(claim(100)).containsExactly(new ClaimedDelivery(queue, chunk.id(), 80, 20, 0, 0, null));
        }

        @Test
        void takesSeveralChunksAndSplitsOnlyTheLast() {
            NewChunk first = append(chunk(queue, 10));
            NewChunk second = append(chunk(queue, 10));
            append(chunk(queue, 10));

            assertThat(claim(15))
                    .extracting(ClaimedDelivery::chunkId, ClaimedDelivery::count)
                    .containsExactly(tuple(first.id(), 10), tuple(second.id(), 5));
        }

        @Test
        void goesByPriorityThenAge() {
            NewChunk low = append(chunk(2, new NewDelivery(queue, 0, 2, 20, 0, 0, 0, 0, null, 0, BY_AGE)));
            NewChunk high = append(chunk(2, new NewDelivery(queue, 0, 2, 20, 9, 0, 0, 0, null, 0, BY_AGE)));
            NewChunk alsoHigh = append(chunk(2, new NewDelivery(queue, 0, 2, 20, 9, 0, 0, 0, null, 0, BY_AGE)));

            assertThat(claim(100))
                    .extracting(ClaimedDelivery::chunkId)
                    .containsExactly(high.id(), alsoHigh.id(), low.id());
        }

        @Test
        void leavesWhatIsScheduledOwnedOrAnotherQueues() {
            append(chunk(1, new NewDelivery(queue, 0, 1, 10, 0, Long.MAX_VALUE / 2, 0, 0, null, 0, BY_AGE)));
            append(chunk(1, ownedDelivery(queue, 1, OTHER)));
            append(chunk(newQueue(queues), 1));

            assertThat(claim(10)).isEmpty();
        }

        @Test
        void countsOnlyUnsettledRecordsTowardsWhatIsWanted() {
            append(chunk(queue, 20));
            ClaimedDelivery claimed = claim(20).get(0);
            settle(settlement(claimed, Kind.RELEASE, 0, 1, 3, 9, 10, 19));

            List<ClaimedDelivery> again = claim(5);

            assertThat(again).hasSize(1);
            assertThat(unsettled(again.get(0))).containsExactly(2, 4, 5, 6, 7);
            assertThat(unsettled(claim(100).get(0))).containsExactly(8, 11, 12, 13, 14, 15, 16, 17, 18);
        }

        @Test
        void leavesOutWhatTheQueueNeverOwed() {
            byte[] unowed = {0b0010_1001};
            append(chunk(8, new NewDelivery(queue, 0, 8, 80, 0, 0, 0, 0, unowed, 3, BY_AGE)));

            assertThat(unsettled(claim(3).get(0))).containsExactly(1, 2, 4);
            assertThat(unsettled(claim(10).get(0))).containsExactly(6, 7);
        }

        @Test
        void keepsTheCountOfSettledRecordsRightInBothHalves() {
            append(chunk(queue, 20));
            settle(settlement(claim(20).get(0), Kind.RELEASE, 0, 1, 3, 9, 10, 19));

            claim(5);

            QueueStore.QueueFigures figures =
                    Await.result(queues.figures(List.of(queue))).get(queue);
            assertThat(figures.owned()).isEqualTo(5);
            assertThat(figures.ready()).isEqualTo(9);
        }

        @Test
        void takesBitsThatEndBeforeTheRangeForUnset() {
            append(chunk(queue, 40));
            ClaimedDelivery claimed = claim(40).get(0);
            settle(new Settlement(queue, claimed.chunkId(), 0, Kind.RELEASE, new byte[] {3}, 2));

            assertThat(unsettled(claim(30).get(0))).hasSize(30).startsWith(2, 3).endsWith(31);
        }
    }

    @Nested
    class Commit {
        @Test
        void storesRecordsAsTheyAre() {
            byte[] records = {1, 2, 3, 0, -1};
            NewChunk chunk = append(new NewChunk(StoreFixture.newChunkId(), records, 1, List.of(delivery(queue, 1))));

            Map<Long, byte[]> read = Await.result(store.readChunks(List.of(chunk.id(), -5L)));

            assertThat(read).containsOnlyKeys(chunk.id());
            assertThat(read.get(chunk.id())).isEqualTo(records);
        }

        @Test
        void deletesAKeptChunkWithItsLastDelivery() {
            int other = newQueue(queues);
            NewChunk chunk = append(kept(chunk(3, delivery(queue, 3), delivery(other, 3))));

            settle(finish(claim(3).get(0)));
            assertThat(Await.result(store.readChunks(List.of(chunk.id())))).isNotEmpty();

            settle(finish(Await.result(store.claim(other, ME, 3)).get(0)));
            assertThat(Await.result(store.readChunks(List.of(chunk.id())))).isEmpty();
        }

        @Test
        void keepsProgressWithTheOwner() {
            append(chunk(queue, 8));
            ClaimedDelivery claimed = claim(8).get(0);

            settle(settlement(claimed, Kind.PROGRESS, 2, 5));

            assertThat(claim(8)).isEmpty();
            assertThat(unsettled(mine().get(0))).containsExactly(0, 1, 3, 4, 6, 7);
        }

        @Test
        void givesBackWhatIsReleasedWithoutCountingAnAttempt() {
            append(chunk(queue, 4));

            settle(settlement(claim(4).get(0), Kind.RELEASE, 1));

            ClaimedDelivery again = claim(4).get(0);
            assertThat(again.attempts()).isZero();
            assertThat(unsettled(again)).containsExactly(0, 2, 3);
        }

        @Test
        void givesBackSomeRecordsOfADeliveryThatItsOwnerKeeps() {
            append(chunk(queue, 20));
            ClaimedDelivery kept = claim(20).get(0);
            settle(settlement(kept, Kind.PROGRESS, 7));

            settle(shed(kept, bits(2, 3, 5, 7), 4, 1));

            assertThat(unsettled(mine().get(0))).hasSize(16).doesNotContain(2, 3, 5, 7);
            QueueStore.QueueFigures figures =
                    Await.result(queues.figures(List.of(queue))).get(queue);
            assertThat(figures.owned()).isEqualTo(16);
            assertThat(figures.ready()).isEqualTo(3);
            List<ClaimedDelivery> again = Await.result(store.claim(queue, OTHER, 2));
            assertThat(again).hasSize(1);
            assertThat(again.get(0).attempts()).isZero();
            assertThat(unsettled(again.get(0))).containsExactly(2, 3);
            assertThat(unsettled(Await.result(store.claim(queue, OTHER, 20)).get(0)))
                    .containsExactly(5);
        }

        @Test
        void ownsFromTheStartWhatIsAppendedSo() {
            NewChunk chunk = append(chunk(3, ownedDelivery(queue, 3, ME)));

            assertThat(claim(3)).isEmpty();
            assertThat(mine()).containsExactly(new ClaimedDelivery(queue, chunk.id(), 0, 3, 0, 0, null));
        }

        @Test
        void reportsSettlementsOfLostDeliveriesAndStoresTheRest() {
            append(chunk(queue, 1));
            append(chunk(queue, 1));
            List<ClaimedDelivery> both = claim(2);
            Settlement lost = new Settlement(queue, both.get(0).chunkId(), 1, Kind.FINISH, null, 0);

            CommitResult result = Await.result(commit(store, settling(ME, lost, finish(both.get(1)))));

            assertThat(result).isEqualTo(new CommitResult(true, Set.of(lost)));
            assertThat(mine()).hasSize(1);
        }

        @Test
        void letsNobodySettleWhatAnotherOwns() {
            append(chunk(queue, 4));
            ClaimedDelivery mine = claim(4).get(0);

            for (Settlement settlement : List.of(
                    finish(mine),
                    settlement(mine, Kind.PROGRESS, 1),
                    settlement(mine, Kind.RELEASE, 1),
                    shed(mine, bits(2, 3), 2, 0))) {
                assertThat(Await.result(commit(store, settling(OTHER, settlement)))
                                .lost())
                        .containsExactly(settlement);
            }
            assertThat(mine()).hasSize(1);
            assertThat(claim(4)).isEmpty();
        }

        /** A commit whose answer was lost may land before the next one about the same row, or long after it. */
        @Test
        void settlesNothingOfARowWhoseBitsAreOthersThanTheOwnerThinks() {
            append(chunk(queue, 4));
            ClaimedDelivery mine = claim(4).get(0);
            settle(settlement(mine, Kind.PROGRESS, 0, 1));

            for (Kind kind : Kind.values()) {
                Settlement.Rest rest = kind == Kind.SHED ? new Settlement.Rest(2, 1, null, 0) : null;
                Settlement late =
                        new Settlement(queue, mine.chunkId(), mine.first(), kind, new byte[] {4}, 1, 0, 4, rest);
                assertThat(Await.result(commit(store, settling(ME, late))).lost())
                        .containsExactly(late);
            }
            assertThat(unsettled(mine().get(0))).containsExactly(2, 3);

            settle(new Settlement(queue, mine.chunkId(), mine.first(), Kind.PROGRESS, new byte[] {7}, 3, 2, 4, null));
            assertThat(unsettled(mine().get(0))).containsExactly(3);
        }

        @Test
        void storesNothingOfAGuardedBatchThatMeetsALostDelivery() {
            append(chunk(queue, 1));
            ClaimedDelivery mine = claim(1).get(0);
            Settlement lost = new Settlement(queue, 77, 0, Kind.FINISH, null, 0);
            NewChunk retry = chunk(queue, 1);

            CommitResult result = Await.result(commit(store, guarded(ME, List.of(retry), finish(mine), lost)));

            assertThat(result).isEqualTo(new CommitResult(false, Set.of(lost)));
            assertThat(mine()).containsExactly(mine);
            assertThat(Await.result(store.readChunks(List.of(retry.id())))).isEmpty();
        }

        @Test
        void storesAGuardedBatchWhole() {
            append(chunk(queue, 1));
            NewChunk retry = chunk(queue, 1);

            CommitResult result = Await.result(commit(store, guarded(ME, List.of(retry), finish(claim(1).get(0)))));

            assertThat(result).isEqualTo(new CommitResult(true, Set.of()));
            assertThat(claim(10)).extracting(ClaimedDelivery::chunkId).containsExactly(retry.id());
        }

        @Test
        void storesNothingWhenTheSameChunkIsThereAlready() {
            NewChunk chunk = append(chunk(queue, 1));
            NewChunk innocent = chunk(queue, 1);

            StoreException failure = Await.storeFailure(commit(store, appending(innocent, chunk)));

            assertThat(failure.outcome()).isEqualTo(StoreException.Outcome.NOT_STORED);
            assertThat(Await.result(store.readChunks(List.of(innocent.id())))).isEmpty();
        }

        @Test
        void passesOnWhatTheBuilderThrows() {
            IllegalStateException failure = new IllegalStateException("no");

            assertThatThrownBy(() -> Await.result(store.commit(Admission.NONE, admitted -> {
                        throw failure;
                    })))
                    .isSameAs(failure);
        }

        @Test
        void writesNothingForAnEmptyBatch() {
            assertThat(Await.result(commit(store, appending()))).isEqualTo(new CommitResult(true, Set.of()));
        }
    }

    @Nested
    class Purge {
        @Test
        void dropsReadyAndScheduledAndLeavesWhatIsOwned() {
            NewChunk owned = append(chunk(5, ownedDelivery(queue, 5, ME)));
            NewChunk ready = append(kept(chunk(queue, 3)));
            append(chunk(2, new NewDelivery(queue, 0, 2, 20, 0, Long.MAX_VALUE / 2, 0, 0, null, 0, BY_AGE)));

            assertThat(Await.result(store.purge(queue))).isEqualTo(5);

            assertThat(Await.result(store.readChunks(List.of(owned.id(), ready.id()))))
                    .containsOnlyKeys(owned.id());
            assertThat(claim(10)).isEmpty();
        }

        @Test
        void leavesOtherQueuesWhatTheyShare() {
            int other = newQueue(queues);
            NewChunk shared = append(chunk(3, delivery(queue, 3), delivery(other, 3)));

            Await.result(store.purge(queue));

            assertThat(Await.result(store.claim(other, ME, 3)))
                    .extracting(ClaimedDelivery::chunkId)
                    .containsExactly(shared.id());
        }
    }

    @Test
    void storesWhatNeedNotWaitForTheDisk() {
        NewChunk chunk = StoreFixture.chunk(queue, 2);
        CommitBatch relaxed =
                new CommitBatch(0, List.of(chunk), List.of(), List.of(), List.of(), false, true, List.of());

        assertThat(Await.result(commit(store, relaxed)).stored()).isTrue();
        assertThat(Await.result(store.claim(queue, 1, 10)))
                .extracting(ClaimedDelivery::chunkId)
                .containsExactly(chunk.id());
    }

    @Nested
    class Peek {
        @Test
        void showsEachStateAndChangesNothing() {
            NewChunk ready = append(chunk(queue, 3));
            NewChunk owned = append(chunk(5, ownedDelivery(queue, 5, ME)));
            long later = 4_000_000_000_000L;
            NewChunk scheduled = append(chunk(2, new NewDelivery(queue, 0, 2, 20, 7, later, 0, 0, null, 0, BY_AGE)));

            assertThat(Await.result(store.peek(queue, State.READY, 0, 0, 10)))
                    .containsExactly(new PeekedDelivery(ready.id(), 0, 3, 0, 0, 0, 0, null));
            assertThat(Await.result(store.peek(queue, State.IN_FLIGHT, 0, 0, 10)))
                    .containsExactly(new PeekedDelivery(owned.id(), 0, 5, 0, 0, ME, 0, null));
            assertThat(Await.result(store.peek(queue, State.SCHEDULED, 0, 0, 10)))
                    .containsExactly(new PeekedDelivery(scheduled.id(), 0, 2, 7, later, 0, 0, null));
        }

        @Test
        void goesOnFromAPlace() {
            append(chunk(queue, 10));
            NewChunk second = append(chunk(queue, 10));
            List<PeekedDelivery> first = Await.result(store.peek(queue, State.READY, 0, 0, 1));

            assertThat(Await.result(store.peek(queue, State.READY, first.get(0).chunkId(), 0, 10)))
                    .extracting(PeekedDelivery::chunkId)
                    .containsExactly(second.id());
        }
    }

    @Test
    void tellsWhichQueuesHaveWork() {
        int idle = newQueue(queues);
        int waiting = newQueue(queues);
        append(chunk(queue, 1));
        append(chunk(1, new NewDelivery(waiting, 0, 1, 10, 0, Long.MAX_VALUE / 2, 0, 0, null, 0, BY_AGE)));

        assertThat(Await.result(store.queuesWithWork(List.of(idle, queue, waiting))))
                .containsExactly(queue);
    }

    @Test
    void sumsUpAQueueByState() {
        append(chunk(queue, 3));
        append(chunk(5, ownedDelivery(queue, 5, ME)));
        append(chunk(2, new NewDelivery(queue, 0, 2, 20, 7, 4_000_000_000_000L, 0, 0, null, 0, BY_AGE)));

        Map<Integer, QueueStore.QueueFigures> figures = Await.result(queues.figures(List.of(queue)));

        QueueStore.QueueFigures mine = figures.get(queue);
        assertThat(List.of(mine.ready(), mine.owned(), mine.scheduled(), mine.bytes()))
                .containsExactly(3L, 5L, 2L, 100L);
        assertThat(mine.oldestReadyMillis()).isPositive();
    }

    protected List<ClaimedDelivery> claim(int wanted) {
        return Await.result(store.claim(queue, ME, wanted));
    }

    /** What the database says I own of this test's queue. */
    protected List<ClaimedDelivery> mine() {
        return Await.result(store.owned(ME)).stream()
                .filter(delivery -> delivery.queueId() == queue)
                .toList();
    }

    protected NewChunk append(NewChunk chunk) {
        assertThat(Await.result(commit(store, appending(chunk))).stored()).isTrue();
        return chunk;
    }

    protected void settle(Settlement settlement) {
        CommitResult result = Await.result(commit(store, settling(ME, settlement)));
        assertThat(result).isEqualTo(new CommitResult(true, Set.of()));
    }

    /** Gives back records 2, 3 and, if there are four of them, 5. */
    private Settlement shed(ClaimedDelivery delivery, byte[] settled, int settledCount, int settledBefore) {
        Settlement.Rest rest =
                settledCount > 2 ? new Settlement.Rest(2, 4, bits(4), 1) : new Settlement.Rest(2, 2, null, 0);
        return new Settlement(
                delivery.queueId(),
                delivery.chunkId(),
                delivery.first(),
                Kind.SHED,
                settled,
                settledCount,
                settledBefore,
                delivery.count(),
                rest);
    }

    private static byte[] bits(int... indexes) {
        BitSet bits = new BitSet();
        Arrays.stream(indexes).forEach(bits::set);
        return bits.toByteArray();
    }
}
