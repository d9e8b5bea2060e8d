package dev.postrider.broker.store.postgres;

import static dev.postrider.broker.store.StoreFixture.appending;
import static dev.postrider.broker.store.StoreFixture.chunk;
import static dev.postrider.broker.store.StoreFixture.commit;
import static dev.postrider.broker.store.StoreFixture.delivery;
import static dev.postrider.broker.store.StoreFixture.finish;
import static dev.postrider.broker.store.StoreFixture.ownedDelivery;
import static dev.postrider.broker.store.StoreFixture.settlement;
import static dev.postrider.broker.store.StoreFixture.settling;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.store.Admission;
import dev.postrider.broker.store.Await;
import dev.postrider.broker.store.ClaimedDelivery;
import dev.postrider.broker.store.CommitBatch;
import dev.postrider.broker.store.CommitResult;
import dev.postrider.broker.store.KeptChunks;
import dev.postrider.broker.store.MaintenanceStore.Horizon;
import dev.postrider.broker.store.MessageStore;
import dev.postrider.broker.store.NewChunk;
import dev.postrider.broker.store.Settlement.Kind;
import dev.postrider.broker.store.StoreFixture;
import io.vertx.core.Future;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Slices of time: room for what comes, and the end of what is done with. */
class SlicesTest {
    @RegisterExtension
    static final PostgresExtension POSTGRES = new PostgresExtension();

    private static final String DROP_ALL = "select drop_slices(-600000)";
    private static final String KEEP_ALL = "select keep_left_overs(-600000, 1000, 100000000)";

    private MessageStore store;
    private int queue;

    @BeforeEach
    void makeQueue() {
        store = POSTGRES.storage().messages();
        queue = StoreFixture.newQueue(POSTGRES.storage().queues());
        TestServer.execute(POSTGRES.url(), "delete from delivery");
        TestServer.execute(POSTGRES.url(), DROP_ALL);
    }

    @Nested
    class Opening {
        @Test
        void happensForTheFirstCommitThatNeedsOne() {
            assertThat(slices()).isZero();

            NewChunk chunk = append(chunk(queue, 3));

            assertThat(slices()).isPositive();
            assertThat(Await.result(store.claim(queue, 1, 3)))
                    .extracting(ClaimedDelivery::chunkId)
                    .containsExactly(chunk.id());
        }

        @Test
        void servesCommitsThatComeAtTheSameTime() {
            var commits = java.util.stream.IntStream.range(0, 20)
                    .mapToObj(i -> commit(store, appending(chunk(queue, 1))))
                    .toList();

            commits.forEach(commit -> assertThat(Await.result(commit).stored()).isTrue());
        }

        @Test
        void looksTenSecondsAheadAndLeavesNoGap() {
            append(chunk(queue, 1));
            Await.result(POSTGRES.storage().maintenance().turnSlices());

            assertThat(query("select max(upper) >= chunk_id_floor(clock_millis() + 10000) from slice"))
                    .isEqualTo("t");
            String last = "not exists (select from slice b where b.lower = a.upper)";
            assertThat(query("select count(*) from slice a where " + last)).isEqualTo("1");
        }

        @Test
        void takesLongerSlicesWhereMoreAreLeft() {
            assertThat(Slices.spanMillis(5, 0)).isEqualTo(10_000);
            assertThat(Slices.spanMillis(16, 0)).isEqualTo(40_000);
            assertThat(Slices.spanMillis(1_000, 0)).isEqualTo(3_600_000);
        }

        @Test
        void takesShorterSlicesWhereMoreIsStored() {
            assertThat(Slices.spanMillis(0, 20L << 20)).isEqualTo(10_000);
            assertThat(Slices.spanMillis(0, 51L << 20)).isBetween(5_000L, 5_100L);
            assertThat(Slices.spanMillis(0, 500L << 20)).isEqualTo(3_000);
            assertThat(Slices.spanMillis(1_000, 500L << 20)).isEqualTo(3_600_000);
        }

        @Test
        void isRepeatedWithChunkIdsOfNowForACommitThatComesAfterItsSliceWent() {
            append(chunk(queue, 1));
            long gone = 1L << 40;
            int[] builds = {0};

            Await.result(store.commit(
                    Admission.NONE,
                    admitted -> builds[0]++ == 0
                            ? appending(new NewChunk(gone, new byte[10], 1, List.of(delivery(queue, 1))))
                            : appending(chunk(queue, 1))));

            assertThat(builds[0]).isEqualTo(2);
            assertThat(Await.result(store.claim(queue, 1, 10))).hasSize(2);
        }
    }

    @Nested
    class Dropping {
        @Test
        void takesASliceOfWhichNobodyIsOwedAnything() {
            NewChunk chunk = append(chunk(queue, 3));
            Await.result(commit(
                    store,
                    settling(1, finish(Await.result(store.claim(queue, 1, 3)).get(0)))));

            TestServer.execute(POSTGRES.url(), DROP_ALL);

            assertThat(slices()).isZero();
            assertThat(Await.result(store.readChunks(List.of(chunk.id())))).isEmpty();
        }

        @Test
        void leavesASliceOfWhichSomethingIsOwed() {
            NewChunk ready = append(chunk(queue, 3));

            TestServer.execute(POSTGRES.url(), DROP_ALL);

            assertThat(Await.result(store.readChunks(List.of(ready.id())))).containsOnlyKeys(ready.id());
            assertThat(Await.result(store.claim(queue, 1, 3))).hasSize(1);
        }

        @Test
        void isPutOffWhileSomebodyElseReadsTheTables() throws SQLException {
            append(chunk(queue, 1));
            try (Connection reader = connection()) {
                reader.setAutoCommit(false);
                reader.createStatement().execute("select from delivery");

                Integer dropped = Await.result(POSTGRES.storage().maintenance().turnSlices());

                assertThat(dropped).isZero();
                append(chunk(queue, 1));
            }
        }

        @Test
        void doesNotWaitForTheVacuumOfASliceThatStays() throws SQLException {
            append(chunk(queue, 1));
            String staying = query("select name from slice where exists (select from delivery"
                    + " where chunk_id >= lower and chunk_id < upper)");

            assertThat(dropsWhileVacuuming(staying)).isPositive();
        }

        @Test
        void leavesASliceThatIsBeingVacuumedToTheNextTurn() throws SQLException {
            append(chunk(queue, 1));
            TestServer.execute(POSTGRES.url(), "delete from delivery");
            String vacuumed = query("select name from slice order by lower limit 1");
            int slices = slices();

            assertThat(dropsWhileVacuuming(vacuumed)).isEqualTo(slices - 1);
            assertThat(query("select name from slice")).isEqualTo(vacuumed);
            assertThat(drop()).isOne();
        }

        /** With the lock that a vacuum holds. */
        private int dropsWhileVacuuming(String slice) throws SQLException {
            try (Connection vacuum = connection()) {
                vacuum.setAutoCommit(false);
                vacuum.createStatement().execute("lock table delivery_" + slice + " in share update exclusive mode");
                return drop();
            }
        }

        @Test
        void letsACommitEndThatHasSettledAndGoesOnToChunks() throws SQLException {
            append(chunk(queue, 1));
            TestServer.execute(POSTGRES.url(), "delete from delivery");

            // Whoever drops waits for a tenth of a second only, so a slow machine may need more than one try.
            boolean dropped = false;
            for (int attempt = 0; attempt < 20 && !dropped; attempt++) {
                dropped = dropsWhileACommitGoesFromDeliveriesToChunks();
            }

            assertThat(dropped).isTrue();
        }

        @Test
        void doesNotWaitForACommitThatHoldsChunksAndWaitsForDeliveries() throws SQLException {
            // The first one is planned, the others may find the plan made.
            for (int commits = 0; commits < 5; commits++) {
                append(chunk(queue, 1));
                assertThatNoChunksAreLockedBeforeDeliveries(appending(chunk(queue, 1)));
                append(chunk(queue, 1));
                ClaimedDelivery claimed = Await.result(store.claim(queue, 1, 1)).get(0);
                assertThatNoChunksAreLockedBeforeDeliveries(new CommitBatch(
                        1, List.of(chunk(queue, 1)), List.of(finish(claimed)), List.of(), List.of(), false));
            }
        }

        private void assertThatNoChunksAreLockedBeforeDeliveries(CommitBatch batch) throws SQLException {
            try (Connection dropping = connection()) {
                dropping.setAutoCommit(false);
                dropping.createStatement().execute("lock table delivery in access exclusive mode");
                Future<CommitResult> committed = commit(store, batch);
                Await.until(
                        () -> query("select count(*) from pg_locks where not granted and mode = 'RowExclusiveLock'"),
                        waiting -> !"0".equals(waiting));

                assertThat(query("select count(*) from pg_locks where granted and relation = 'chunk'::regclass"
                                + " and mode = 'RowExclusiveLock'"))
                        .isEqualTo("0");

                dropping.rollback();
                assertThat(Await.result(committed).stored()).isTrue();
            }
        }

        private boolean dropsWhileACommitGoesFromDeliveriesToChunks() throws SQLException {
            try (Connection commit = connection()) {
                commit.setAutoCommit(false);
                commit.createStatement().execute("lock table delivery in row exclusive mode");
                CompletableFuture<Integer> dropped = CompletableFuture.supplyAsync(() -> drop());
                Await.until(() -> dropped.isDone() || isSomebodyWaiting(), waits -> waits);
                commit.createStatement().execute("lock table chunk in row exclusive mode");
                commit.commit();
                return dropped.join() > 0;
            }
        }

        /** Negative: it was put off. */
        private int drop() {
            try {
                return Integer.parseInt(TestServer.query(POSTGRES.url(), DROP_ALL));
            } catch (IllegalStateException putOff) {
                return -1;
            }
        }

        private boolean isSomebodyWaiting() {
            String waiting = "select count(*) from pg_locks where not granted and mode = 'AccessExclusiveLock'";
            return !"0".equals(TestServer.query(POSTGRES.url(), waiting));
        }

        @Test
        void givesItsSpaceBackThoughSomebodyHoldsAnOldSnapshot() throws SQLException {
            try (Connection holder = connection()) {
                holder.setAutoCommit(false);
                holder.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
                holder.createStatement().execute("select 1");
                NewChunk chunk = append(
                        new NewChunk(StoreFixture.newChunkId(), new byte[4 << 20], 3, List.of(delivery(queue, 3))));
                Await.result(commit(
                        store,
                        settling(
                                1, finish(Await.result(store.claim(queue, 1, 3)).get(0)))));
                long before = Long.parseLong(query("select pg_database_size(current_database())"));

                TestServer.execute(POSTGRES.url(), DROP_ALL);

                assertThat(Long.parseLong(query("select pg_database_size(current_database())")))
                        .isLessThan(before - (4 << 20));
                assertThat(Await.result(store.readChunks(List.of(chunk.id())))).isEmpty();
            }
        }
    }

    @Nested
    class LeftOvers {
        @Test
        void areMovedOnceNothingHasChangedSinceTheLastLookAndMostIsDone() {
            NewChunk big = append(
                    new NewChunk(StoreFixture.newChunkId(), new byte[1 << 20], 1, List.of(ownedDelivery(queue, 1, 7))));
            NewChunk rest = append(chunk(queue, 10));
            ClaimedDelivery claimed = Await.result(store.claim(queue, 7, 10)).get(0);
            Await.result(commit(store, settling(7, settlement(claimed, Kind.RELEASE, 0, 4))));
            Await.result(commit(store, settling(7, finish(owned(big)))));

            assertThat(query(KEEP_ALL)).isEqualTo("0");
            assertThat(query(KEEP_ALL)).isEqualTo("1");
            TestServer.execute(POSTGRES.url(), DROP_ALL);

            assertThat(slices()).isZero();
            ClaimedDelivery moved = Await.result(store.claim(queue, 8, 10)).get(0);
            assertThat(moved.chunkId()).isEqualTo(KeptChunks.keptId(rest.id()));
            assertThat(StoreFixture.unsettled(moved)).containsExactly(1, 2, 3, 5, 6, 7, 8, 9);
            assertThat(Await.result(store.readChunks(List.of(moved.chunkId())))).containsOnlyKeys(moved.chunkId());
        }

        @Test
        void stayWhereSomeOfTheChunkIsInFlight() {
            append(new NewChunk(StoreFixture.newChunkId(), new byte[1 << 20], 1, List.of(ownedDelivery(queue, 1, 7))));
            append(chunk(queue, 10));
            Await.result(store.claim(queue, 7, 4));

            assertThat(query(KEEP_ALL)).isEqualTo("0");
            assertThat(query(KEEP_ALL)).isEqualTo("0");

            assertThat(Await.result(store.claim(queue, 8, 10)))
                    .extracting(ClaimedDelivery::first)
                    .containsExactly(4);
        }

        @Test
        void stayWhereTheyAreMostOfTheSlice() {
            append(chunk(10_000, delivery(queue, 10_000)));

            assertThat(query(KEEP_ALL)).isEqualTo("0");
            assertThat(query(KEEP_ALL)).isEqualTo("0");
        }

        private ClaimedDelivery owned(NewChunk chunk) {
            return Await.result(store.owned(7)).stream()
                    .filter(delivery -> delivery.chunkId() == chunk.id())
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void theAgeOfTheHorizonIsThatOfTheOldestSnapshot() throws SQLException {
        try (Connection holder = connection()) {
            holder.setAutoCommit(false);
            holder.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            holder.createStatement().execute("select 1");

            Horizon horizon = Await.until(
                    () -> Await.result(POSTGRES.storage().maintenance().horizon()), seen -> seen.ageMillis() > 100);

            assertThat(horizon.ageMillis()).isLessThan(60_000);
        }
    }

    private NewChunk append(NewChunk chunk) {
        Await.result(commit(store, appending(chunk)));
        return chunk;
    }

    private static int slices() {
        return Integer.parseInt(query("select count(*) from slice"));
    }

    private static String query(String sql) {
        return TestServer.query(POSTGRES.url(), sql);
    }

    private static Connection connection() throws SQLException {
        DatabaseUrl url = POSTGRES.url();
        return DriverManager.getConnection(url.jdbcUrl(), url.user(), url.password());
    }
}
