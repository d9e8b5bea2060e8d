package dev.postrider.broker.store.postgres;

import static dev.postrider.broker.store.StoreFixture.appending;
import static dev.postrider.broker.store.StoreFixture.chunk;
import static dev.postrider.broker.store.StoreFixture.commit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.store.Admission;
import dev.postrider.broker.store.Await;
import dev.postrider.broker.store.CommitResult;
import dev.postrider.broker.store.MessageStore;
import dev.postrider.broker.store.NewChunk;
import dev.postrider.broker.store.StoreException;
import dev.postrider.broker.store.StoreException.Outcome;
import dev.postrider.broker.store.StoreFixture;
import dev.postrider.broker.store.postgres.FaultyProxy.Fault;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

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
        Await.result(commit(store, appending(chunk(queue, 1))));
    }

    @AfterEach
    void close() {
        proxy.close();
        Await.result(storage.close());
    }

    @Test
    void sendsAnOrdinaryCommitInOneRoundTrip() {
        proxy.arm(Fault.HOLD_ANSWERS, "commit");

        assertThat(Await.result(commit(store, appending(chunk(queue, 1)))).stored())
                .isTrue();
    }

    @Test
    void doesNotKnowWhenTheConnectionIsCutBeforeCommitArrives() {
        NewChunk chunk = chunk(queue, 1);
        proxy.arm(Fault.CUT_BEFORE, "commit");

        assertThat(Await.storeFailure(commit(store, appending(chunk))).outcome())
                .isEqualTo(Outcome.UNKNOWN);
        assertThat(isStored(chunk)).isFalse();
        assertTheNextCommitWorks();
    }

    @Test
    void doesNotKnowWhenTheAnswerToCommitIsLost() {
        NewChunk chunk = chunk(queue, 1);
        proxy.arm(Fault.CUT_AFTER, "commit");

        assertThat(Await.storeFailure(commit(store, appending(chunk))).outcome())
                .isEqualTo(Outcome.UNKNOWN);
        assertThat(isStored(chunk)).isTrue();
        assertTheNextCommitWorks();
    }

    @Test
    void doesNotWaitForAnAnswerLongerThanItsDeadline() {
        NewChunk chunk = chunk(queue, 1);
        proxy.arm(Fault.SILENCE, "commit");

        long start = System.nanoTime();
        StoreException failure = Await.storeFailure(commit(store, appending(chunk)));

        assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(DEADLINE_MILLIS - 100), Duration.ofMillis(DEADLINE_MILLIS * 10L));
        assertThat(isStored(chunk)).isTrue();
        assertTheNextCommitWorks();
    }

    @Test
    void knowsThatNothingIsStoredWhenTheConnectionIsLostBeforeCommitIsSent() {
        NewChunk chunk = chunk(queue, 1);
        proxy.arm(Fault.CUT_BEFORE, "begin");
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
        proxy.arm(Fault.SILENCE, "commit");
        List<Future<CommitResult>> commits = IntStream.range(0, 200)
                .mapToObj(i -> commit(store, appending(chunk(queue, 1))))
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
