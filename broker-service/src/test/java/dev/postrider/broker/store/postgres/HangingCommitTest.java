package dev.postrider.broker.store.postgres;

import static dev.postrider.broker.store.StoreFixture.appending;
import static dev.postrider.broker.store.StoreFixture.chunk;
import static dev.postrider.broker.store.StoreFixture.commit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.store.Await;
import dev.postrider.broker.store.CommitResult;
import dev.postrider.broker.store.MessageStore;
import dev.postrider.broker.store.NewChunk;
import dev.postrider.broker.store.StoreException.Outcome;
import dev.postrider.broker.store.StoreFixture;
import io.vertx.core.Future;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A real COMMIT that waits for a synchronous standby that is gone. */
class HangingCommitTest {
    private static final String WAITING = "datname = current_database() and wait_event = 'SyncRep'";

    @RegisterExtension
    static final PostgresExtension POSTGRES = new PostgresExtension(new DatabaseSettings(2, 1, 8, 10_000, 2_000, 5));

    private MessageStore store;
    private NewChunk chunk;
    private Future<CommitResult> hanging;

    @BeforeEach
    void loseTheStandby() {
        store = POSTGRES.storage().messages();
        int queue = StoreFixture.newQueue(POSTGRES.storage().queues());
        Await.result(commit(store, appending(chunk(queue, 1))));
        Standby.lose(POSTGRES.url());
        chunk = chunk(queue, 1);
        hanging = commit(store, appending(chunk));
        Standby.awaitHanging(POSTGRES.url(), 1);
    }

    @AfterEach
    void findTheStandby() {
        Standby.find(POSTGRES.url());
    }

    @Test
    void isUnknownWhenTheDeadlinePasses() {
        assertThat(Await.storeFailure(hanging).outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void isUnknownWhenSomebodyCancelsItAlthoughPostgresReportsSuccess() {
        TestServer.execute(POSTGRES.url(), "select pg_cancel_backend(pid) from pg_stat_activity where " + WAITING);

        assertThat(Await.storeFailure(hanging).outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void isUnknownWhenTheServerEndsTheSession() {
        TestServer.execute(POSTGRES.url(), "select pg_terminate_backend(pid) from pg_stat_activity where " + WAITING);

        assertThat(Await.storeFailure(hanging).outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void isStoredWhenTheStandbyComesBackInTime() {
        Standby.find(POSTGRES.url());

        assertThat(Await.result(hanging).stored()).isTrue();
        assertThat(Await.result(store.readChunks(List.of(chunk.id())))).hasSize(1);
    }
}
