package dev.postrider.broker.store.postgres;

import static dev.postrider.broker.store.StoreFixture.appending;
import static dev.postrider.broker.store.StoreFixture.chunk;
import static dev.postrider.broker.store.StoreFixture.commit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.store.Await;
import dev.postrider.broker.store.CommitResult;
import dev.postrider.broker.store.StoreException.Outcome;
import dev.postrider.broker.store.StoreFixture;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The server is there and gives no connection, because others have them all. */
class OutOfConnectionsTest {
    private static final String ROLE = "plain_" + ProcessHandle.current().pid();

    private Vertx vertx;
    private DatabaseUrl server;
    private PostgresStorage storage;
    private int queue;

    /** As a role without privileges: no limit holds a superuser back. */
    @BeforeEach
    void open() {
        server = TestServer.emptyDatabase();
        TestServer.execute(server, "create role " + ROLE + " login password 'plain'");
        TestServer.execute(server, "alter database " + server.database() + " owner to " + ROLE);
        DatabaseUrl url = new DatabaseUrl(
                server.hosts(), server.database(), ROLE, "plain", server.sslMode(), server.sslRootCertificate());
        Migrations.run(url);
        vertx = Vertx.vertx();
        storage = PostgresStorage.open(vertx, url, DatabaseSettings.DEFAULTS);
        queue = StoreFixture.newQueue(storage.queues());
    }

    @AfterEach
    void close() {
        Await.result(storage.close());
        Await.result(vertx.close());
        TestServer.execute(server, "reassign owned by " + ROLE + " to current_user");
        TestServer.execute(server, "drop role " + ROLE);
    }

    @Test
    void nothingIsStoredAndNobodyMustHelpWhenThereAreConnectionsAgain() {
        assertThat(canPublish()).isTrue();

        TestServer.execute(server, "alter role " + ROLE + " connection limit 0");
        TestServer.query(
                server, "select count(pg_terminate_backend(pid)) from pg_stat_activity where usename = '" + ROLE + "'");
        Await.until(this::canPublish, stored -> !stored);
        for (int i = 0; i < 10; i++) {
            assertThat(Await.storeFailure(publish()).outcome()).isEqualTo(Outcome.NOT_STORED);
        }

        TestServer.execute(server, "alter role " + ROLE + " connection limit -1");
        Await.until(this::canPublish, stored -> stored);
    }

    private Future<CommitResult> publish() {
        return commit(storage.messages(), appending(chunk(queue, 1)));
    }

    private boolean canPublish() {
        return StoreFixture.canCommit(storage.messages(), queue);
    }
}
