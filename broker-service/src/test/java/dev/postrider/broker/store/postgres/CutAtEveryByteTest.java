package dev.postrider.broker.store.postgres;

import static dev.postrider.broker.store.StoreFixture.appending;
import static dev.postrider.broker.store.StoreFixture.chunk;
import static dev.postrider.broker.store.StoreFixture.commit;
import static dev.postrider.broker.store.StoreFixture.finish;
import static dev.postrider.broker.store.StoreFixture.guarded;
import static dev.postrider.broker.store.StoreFixture.settlement;
import static dev.postrider.broker.store.StoreFixture.settling;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.store.Admission;
import dev.postrider.broker.store.Await;
import dev.postrider.broker.store.ClaimedDelivery;
import dev.postrider.broker.store.CommitResult;
import dev.postrider.broker.store.MessageStore;
import dev.postrider.broker.store.NewChunk;
import dev.postrider.broker.store.Settlement.Kind;
import dev.postrider.broker.store.StoreException;
import dev.postrider.broker.store.StoreException.Outcome;
import dev.postrider.broker.store.StoreFixture;
import dev.postrider.broker.store.postgres.CuttingProxy.Way;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The connection is cut after each byte of a commit, in either direction: what is said about the outcome is true, and
 * repeating does no harm. By default it is a part of all bytes; {@code -Dpostrider.test.every-byte=true} takes each.
 */
class CutAtEveryByteTest {
    private static final int STRIDE = Boolean.getBoolean("postrider.test.every-byte") ? 1 : 53;
    /** Around the end of either direction lie COMMIT and its answer. */
    private static final int END_BYTES = 14;

    private static final long OWNER = 77;

    @RegisterExtension
    static final PostgresExtension POSTGRES = new PostgresExtension();

    private CuttingProxy proxy;
    private PostgresStorage storage;
    private MessageStore store;
    private int queue;
    private int keys;

    @BeforeEach
    void open() {
        proxy = new CuttingProxy(POSTGRES.url().hosts().get(0));
        storage = PostgresStorage.open(
                POSTGRES.vertx(),
                LostConnectionsTest.through(POSTGRES.url(), proxy.port()),
                new DatabaseSettings(1, 1, 8, 10_000, 5_000, 5));
        store = storage.messages();
        warmUp(() -> () -> commit(POSTGRES.storage().messages(), appending(chunk(0, 1))));
        queue = StoreFixture.newQueue(POSTGRES.storage().queues());
    }

    @AfterEach
    void close() {
        proxy.close();
        Await.result(storage.close());
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aRepeatedPublishWithAKeyIsStoredOnce(Way way) {
        eachCut(way, () -> {
            String key = "key-" + ++keys;
            return () -> publish(key);
        });

        awaitNoOtherSession();
        assertThat(stored()).isEqualTo(keys);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aRepeatedRetryLeavesOneCopy(Way way) {
        int[] copies = {0};
        eachCut(way, () -> {
            copies[0]++;
            ClaimedDelivery claimed = claimNew(1);
            return () -> commit(store, guarded(OWNER, List.of(chunk(queue, 1)), finish(claimed)));
        });

        awaitNoOtherSession();
        assertThat(stored()).isEqualTo(copies[0]);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aRepeatedSettleIsHarmless(Way way) {
        int[] ranges = {0};
        eachCut(way, () -> {
            ranges[0]++;
            ClaimedDelivery claimed = claimNew(3);
            return () -> commit(store, settling(OWNER, settlement(claimed, Kind.PROGRESS, claimed.first() + 1)));
        });

        awaitNoOtherSession();
        assertThat(stored()).isEqualTo(3L * ranges[0] - ranges[0]);
    }

    /** A task is what is committed, and committed again until the outcome is known. */
    private void eachCut(Way way, Supplier<Supplier<Future<CommitResult>>> tasks) {
        warmUp(tasks);
        long before = proxy.passed(way);
        Await.result(tasks.get().get());
        long bytes = proxy.passed(way) - before;
        assertThat(bytes).isGreaterThan(END_BYTES);
        int unknown = 0;
        int notStored = 0;
        for (long cut : cuts(bytes)) {
            warmUp(tasks);
            Supplier<Future<CommitResult>> task = tasks.get();
            long storedBefore = stored();
            proxy.cutAfter(way, cut);
            Outcome outcome = outcomeOf(task);
            proxy.cutNothing();
            unknown += outcome == Outcome.UNKNOWN ? 1 : 0;
            if (outcome == Outcome.NOT_STORED) {
                notStored++;
                awaitNoOtherSession();
                assertThat(stored()).as("after a cut at byte " + cut).isEqualTo(storedBefore);
            }
            for (int tries = 0; outcome != null; tries++) {
                assertThat(tries).isLessThan(20);
                outcome = outcomeOf(task);
            }
        }
        assertThat(unknown).isPositive();
        assertThat(notStored + unknown).isPositive();
    }

    private long[] cuts(long bytes) {
        return LongStream.range(0, bytes)
                .filter(at -> at % STRIDE == 0 || at >= bytes - END_BYTES)
                .toArray();
    }

    /** A connection whose statements are prepared, so that what follows is the commit alone. */
    private void warmUp(Supplier<Supplier<Future<CommitResult>>> tasks) {
        Supplier<Future<CommitResult>> task = tasks.get();
        for (Outcome outcome = outcomeOf(task); outcome != null; outcome = outcomeOf(task)) {
            assertThat(outcome).isNotNull();
        }
    }

    /** Null: it is stored, or found to have been stored before. */
    private static Outcome outcomeOf(Supplier<Future<CommitResult>> task) {
        try {
            Await.result(task.get());
            return null;
        } catch (StoreException e) {
            return e.outcome();
        }
    }

    private Future<CommitResult> publish(String key) {
        NewChunk chunk = chunk(queue, 1);
        Admission admission =
                new Admission(List.of(new Admission.Key(queue, key, "id-" + chunk.id(), Long.MAX_VALUE)), List.of());
        return store.commit(admission, admitted -> admitted.duplicates().isEmpty() ? appending(chunk) : appending());
    }

    private ClaimedDelivery claimNew(int count) {
        NewChunk chunk = chunk(count, StoreFixture.ownedDelivery(queue, count, OWNER));
        Supplier<Future<CommitResult>> append = () -> commit(POSTGRES.storage().messages(), appending(chunk));
        assertThat(outcomeOf(append)).isNull();
        return new ClaimedDelivery(queue, chunk.id(), 0, count, 0, 0, null);
    }

    /** Unsettled records, asked past the proxy. */
    private long stored() {
        return Long.parseLong(TestServer.query(
                POSTGRES.url(),
                "select coalesce(sum(count - settled_count), 0) from delivery where queue_id = " + queue));
    }

    /** What the server has received of a cut connection may still be under way. */
    private static void awaitNoOtherSession() {
        Await.until(
                () -> TestServer.query(
                        POSTGRES.url(),
                        "select count(*) from pg_stat_activity where datname = current_database()"
                                + " and application_name = 'postrider' and state <> 'idle'"),
                "0"::equals);
    }
}
