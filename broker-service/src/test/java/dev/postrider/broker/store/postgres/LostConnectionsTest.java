package dev.postrider.broker.store.postgres;

import static dev.postrider.broker.store.StoreFixture.appending;
import static dev.postrider.broker.store.StoreFixture.chunk;
import static dev.postrider.broker.store.StoreFixture.commit;
import static dev.postrider.broker.store.StoreFixture.delivery;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.store.Admission;
import dev.postrider.broker.store.Await;
import dev.postrider.broker.store.CommitBatch;
import dev.postrider.broker.store.CommitResult;
import dev.postrider.broker.store.MessageStore;
import dev.postrider.broker.store.NewChunk;
import dev.postrider.broker.store.NewDeadLetter;
import dev.postrider.broker.store.StoreException;
import dev.postrider.broker.store.StoreException.Outcome;
import dev.postrider.broker.store.StoreFixture;
import dev.postrider.broker.store.postgres.FaultyProxy.Fault;
import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a commit tells when its connection fails at every place, and that the next one works. */
class LostConnectionsTest {
    private static final int DEADLINE_MILLIS = 2_000;
    private static final DatabaseSettings SETTINGS = new DatabaseSettings(2, 1, 8, 10_000, DEADLINE_MILLIS, 5);

    @RegisterExtension
    static final PostgresExtension POSTGRES = new PostgresExtension();

    private FaultyProxy proxy;
    private PostgresStorage storage;
    private MessageStore store;
    private int queue;

    @BeforeEach
    void openThroughProxy() {
        DatabaseUrl url = POSTGRES.url();
        proxy = new FaultyProxy(url.hosts().get(0));
        storage = PostgresStorage.open(POSTGRES.vertx(), through(POSTGRES.url(), proxy.port()), SETTINGS);
        store = storage.messages();
        queue = StoreFixture.newQueue(POSTGRES.storage().queues());
        // Statements are prepared at first use, which is one round trip more; tests are about what follows.
        for (Shape shape : Shape.values()) {
            Await.result(commit(store, shape.batch(queue, marked(queue))));
        }
    }

    /** How a commit is sent. */
    enum Shape {
        /** What is published or settled without further ado. */
        STATEMENT("mark", "SELECT 0"),
        /** Whatever needs more than one statement. */
        TRANSACTION("commit", "COMMIT");

        private final String text;
        private final String tag;

        Shape(String text, String tag) {
            this.text = text;
            this.tag = tag;
        }

        void arm(FaultyProxy proxy, Fault fault) {
            proxy.arm(fault, text, tag);
        }

        CommitBatch batch(int queue, NewChunk chunk) {
            MessageRecord dead =
                    MessageRecord.builder().id("a").body(new byte[1]).build();
            List<NewDeadLetter> letters =
                    this == STATEMENT ? List.of() : List.of(new NewDeadLetter(queue, dead, "rejected", null, 1, 1));
            return new CommitBatch(1, List.of(chunk), List.of(), letters, List.of(), false);
        }
    }

    private static NewChunk marked(int queue) {
        byte[] records = "mark\0".getBytes(StandardCharsets.US_ASCII);
        return new NewChunk(StoreFixture.newChunkId(), records, 1, List.of(delivery(queue, 1)));
    }

    @AfterEach
    void close() {
        proxy.close();
        Await.result(storage.close());
    }

    @ParameterizedTest
    @EnumSource
    void sendsAnOrdinaryCommitInOneRoundTrip(Shape shape) {
        shape.arm(proxy, Fault.HOLD_ANSWERS);

        assertThat(Await.result(commit(store, shape.batch(queue, marked(queue))))
                        .stored())
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void doesNotKnowWhenTheConnectionIsCutBeforeCommitArrives(Shape shape) {
        NewChunk chunk = marked(queue);
        shape.arm(proxy, Fault.CUT_BEFORE);

        assertThat(Await.storeFailure(commit(store, shape.batch(queue, chunk))).outcome())
                .isEqualTo(Outcome.UNKNOWN);
        assertThat(isStored(chunk)).isFalse();
        assertTheNextCommitWorks();
    }

    @ParameterizedTest
    @EnumSource
    void doesNotKnowWhenTheAnswerToCommitIsLost(Shape shape) {
        NewChunk chunk = marked(queue);
        shape.arm(proxy, Fault.CUT_AFTER);

        assertThat(Await.storeFailure(commit(store, shape.batch(queue, chunk))).outcome())
                .isEqualTo(Outcome.UNKNOWN);
        assertThat(isStored(chunk)).isTrue();
        assertTheNextCommitWorks();
    }

    @ParameterizedTest
    @EnumSource
    void doesNotWaitForAnAnswerLongerThanItsDeadline(Shape shape) {
        NewChunk chunk = marked(queue);
        shape.arm(proxy, Fault.SILENCE);

        long start = System.nanoTime();
        StoreException failure = Await.storeFailure(commit(store, shape.batch(queue, chunk)));

        assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(DEADLINE_MILLIS - 100), Duration.ofMillis(DEADLINE_MILLIS * 10L));
        assertThat(isStored(chunk)).isTrue();
        assertTheNextCommitWorks();
    }

    @Test
    void knowsThatNothingIsStoredWhenTheConnectionIsLostBeforeCommitIsSent() {
        NewChunk chunk = chunk(queue, 1);
        proxy.arm(Fault.CUT_BEFORE, "begin", "BEGIN");
        Admission admission = new Admission(List.of(), List.of(queue));

        StoreException failure = Await.storeFailure(store.commit(admission, admitted -> appending(chunk)));

        assertThat(failure.outcome()).isEqualTo(Outcome.NOT_STORED);
        assertThat(isStored(chunk)).isFalse();
        assertTheNextCommitWorks();
    }

    @Test
    void failsSoonAndKnowinglyWhenTheDatabaseIsGone() {
        proxy.close();
        Await.storeFailure(commit(store, appending(chunk(queue, 1))));
        Await.storeFailure(commit(store, appending(chunk(queue, 1))));

        long start = System.nanoTime();
        StoreException failure = Await.storeFailure(commit(store, appending(chunk(queue, 1))));

        assertThat(failure.outcome()).isEqualTo(Outcome.NOT_STORED);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
    }

    @Test
    void boundsThoseWhoWaitForAConnection() {
        Shape.STATEMENT.arm(proxy, Fault.SILENCE);
        List<Future<CommitResult>> commits = IntStream.range(0, 200)
                .mapToObj(i -> commit(store, appending(marked(queue))))
                .toList();

        long refused = commits.stream()
                .filter(commit -> {
                    try {
                        return !Await.result(commit).stored();
                    } catch (StoreException e) {
                        return e.outcome() == Outcome.NOT_STORED;
                    }
                })
                .count();

        assertThat(refused).isPositive();
        assertTheNextCommitWorks();
    }

    @Test
    void comesBackByItselfWhenTheServerEndsItsConnections() {
        TestServer.execute(
                POSTGRES.url(),
                "select pg_terminate_backend(pid) from pg_stat_activity"
                        + " where datname = current_database() and pid <> pg_backend_pid()");

        Await.until(
                () -> {
                    try {
                        return Await.result(commit(store, appending(chunk(queue, 1))))
                                .stored();
                    } catch (StoreException e) {
                        return false;
                    }
                },
                stored -> stored);
        assertThat(proxy.connections()).isGreaterThan(1);
    }

    private void assertTheNextCommitWorks() {
        NewChunk chunk = chunk(queue, 1);
        // Where a deadline has passed, the database is asked first whether it answers again.
        Await.until(
                () -> {
                    try {
                        return Await.result(commit(store, appending(chunk))).stored();
                    } catch (StoreException e) {
                        assertThat(e.outcome()).isEqualTo(Outcome.NOT_STORED);
                        return false;
                    }
                },
                stored -> stored);
        assertThat(isStored(chunk)).isTrue();
    }

    /** Asked past the proxy. */
    private boolean isStored(NewChunk chunk) {
        return !Await.result(POSTGRES.storage().messages().readChunks(List.of(chunk.id())))
                .isEmpty();
    }

    static DatabaseUrl through(DatabaseUrl url, int port) {
        return new DatabaseUrl(
                List.of(new DatabaseUrl.Host("127.0.0.1", port)),
                url.database(),
                url.user(),
                url.password(),
                url.sslMode(),
                url.sslRootCertificate());
    }
}
