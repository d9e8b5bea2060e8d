package dev.postrider.broker.store.postgres;

import static dev.postrider.broker.store.StoreFixture.appending;
import static dev.postrider.broker.store.StoreFixture.chunk;
import static dev.postrider.broker.store.StoreFixture.commit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.store.Await;
import dev.postrider.broker.store.CommitResult;
import dev.postrider.broker.store.StoreException.Outcome;
import dev.postrider.broker.store.StoreFixture;
import dev.postrider.broker.store.WakeSignals.Signal;
import io.vertx.core.Future;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two hosts in the URL, of which one or the other is frozen or takes no writes. Both lead to one server. */
class SeveralHostsTest {
    private static final int DEADLINE_MILLIS = 2_000;
    /** Far above what is measured on an idle machine, and below what waiting for each connection in turn would take. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private static final DatabaseSettings SETTINGS = new DatabaseSettings(4, 2, 100, 3_000, DEADLINE_MILLIS, 5);

    @RegisterExtension
    static final PostgresExtension POSTGRES = new PostgresExtension();

    private FreezingProxy first;
    private FreezingProxy second;
    private PostgresStorage storage;
    private int queue;

    @BeforeEach
    void open() {
        queue = StoreFixture.newQueue(POSTGRES.storage().queues());
        first = new FreezingProxy(POSTGRES.url().hosts().get(0));
        second = new FreezingProxy(POSTGRES.url().hosts().get(0));
        storage = PostgresStorage.open(POSTGRES.vertx(), url(first, second), SETTINGS);
    }

    @AfterEach
    void close() {
        setReadOnly("off");
        Await.result(storage.close());
        first.close();
        second.close();
    }

    @Test
    void aFrozenFirstHostCostsAMoment() {
        first.freeze();
        long start = System.nanoTime();

        assertThat(Await.result(publish()).stored()).isTrue();

        assertThat(since(start)).isLessThan(PATIENCE);
        Await.until(first::open, open -> open == 0);
    }

    @Test
    void aHostThatFreezesCostsOneDeadlineAndNotOneForEachConnection() {
        IntStream.range(0, 50).mapToObj(i -> publish()).toList().forEach(Await::result);
        assertThat(first.open()).isGreaterThan(2);

        first.freeze();
        long start = System.nanoTime();
        Await.until(this::canPublish, stored -> stored);

        for (int i = 0; i < 20; i++) {
            assertThat(canPublish()).isTrue();
        }
        assertThat(since(start)).isLessThan(PATIENCE);
    }

    @Test
    void noHostThatAnswersIsToldInTimeAndLeavesNoSockets() {
        first.freeze();
        second.freeze();
        for (int i = 0; i < 3; i++) {
            long start = System.nanoTime();
            assertThat(Await.storeFailure(publish()).outcome()).isEqualTo(Outcome.NOT_STORED);
            assertThat(since(start)).isLessThan(PATIENCE);
        }
        // The question whether a host is back is all that may be on its way.
        Await.until(() -> first.open() + second.open(), open -> open <= 4);

        second.thaw();
        Await.until(this::canPublish, stored -> stored);
    }

    @Test
    void theListenerMovesToTheHostThatSpeaks() {
        Queue<Signal> heard = new ConcurrentLinkedQueue<>();
        Await.result(storage.wakeSignals().listen(heard::add));
        first.freeze();

        Await.until(() -> heard.contains(Signal.EVERYTHING), found -> found);
        POSTGRES.storage().wakeSignals().work(List.of(queue));
        Await.until(() -> heard.stream().anyMatch(signal -> signal.queueIds().contains(queue)), found -> found);
    }

    @Test
    void aServerThatTakesNoWritesRefusesKnowinglyAndIsUsedAgainWhenItDoes() {
        assertThat(canPublish()).isTrue();
        setReadOnly("on");
        Await.until(this::canPublish, stored -> !stored);
        for (int i = 0; i < 10; i++) {
            assertThat(Await.storeFailure(publish()).outcome()).isEqualTo(Outcome.NOT_STORED);
        }

        setReadOnly("off");
        Await.until(this::canPublish, stored -> stored);
    }

    @Test
    void migratingPassesAFrozenHost() {
        first.freeze();
        long start = System.nanoTime();

        Migrations.run(url(first, second));

        assertThat(since(start)).isLessThan(PATIENCE);
    }

    private Future<CommitResult> publish() {
        return commit(storage.messages(), appending(chunk(queue, 1)));
    }

    private boolean canPublish() {
        return StoreFixture.canCommit(storage.messages(), queue);
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }

    private static void setReadOnly(String value) {
        String any = POSTGRES.url().jdbcUrl().replace("targetServerType=primary", "targetServerType=any");
        try (Connection connection = DriverManager.getConnection(
                        any, POSTGRES.url().user(), POSTGRES.url().password());
                Statement statement = connection.createStatement()) {
            statement.execute("alter system set default_transaction_read_only = " + value);
            statement.execute("select pg_reload_conf()");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static DatabaseUrl url(FreezingProxy... hosts) {
        DatabaseUrl url = POSTGRES.url();
        return new DatabaseUrl(
                List.of(hosts[0].host(), hosts[1].host()),
                url.database(),
                url.user(),
                url.password(),
                url.sslMode(),
                url.sslRootCertificate());
    }
}
