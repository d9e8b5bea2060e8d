package dev.postrider.broker.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.dispatch.Delivered;
import dev.postrider.broker.maintenance.RunningBroker.Client;
import dev.postrider.broker.queue.Limits;
import dev.postrider.broker.queue.Ordering;
import dev.postrider.broker.queue.Precedence;
import dev.postrider.broker.queue.QueueSettings;
import dev.postrider.broker.store.Await;
import dev.postrider.broker.store.postgres.DatabaseSettings;
import dev.postrider.broker.store.postgres.DatabaseUrl;
import dev.postrider.broker.store.postgres.TestServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** An empty queue's ordering changes while a broker that does not know it yet publishes to it. */
class ReorderingTest {
    private static final DatabaseSettings FEW = new DatabaseSettings(3, 2, 1_000, 10_000, 5_000, 5);
    private static final QueueSettings PLAIN = QueueSettings.DEFAULTS;
    private static final QueueSettings BY_KEY = ordered(Ordering.KEY);
    private static final QueueSettings STRICT = ordered(Ordering.STRICT);
    private static final QueueSettings BOUND = PLAIN.withLimits(Limits.NONE.withMaxInFlightPerKey(3));
    private static final int MESSAGES = 20;

    private final Vertx vertx = Vertx.vertx();
    private RunningBroker knowing;
    private RunningBroker late;

    @BeforeEach
    void start() {
        DatabaseUrl url = TestServer.newDatabase();
        knowing = new RunningBroker(vertx, url, FEW, "host:1").join();
        late = new RunningBroker(vertx, url, FEW, "host:2").join();
    }

    @AfterEach
    void stop() {
        knowing.close();
        late.close();
        Await.result(vertx.close());
    }

    static Stream<Arguments> changes() {
        return Stream.of(
                Arguments.of(PLAIN, BY_KEY, false),
                Arguments.of(PLAIN, STRICT, false),
                Arguments.of(PLAIN, BOUND, false),
                Arguments.of(PLAIN, BY_KEY, true),
                Arguments.of(BY_KEY, STRICT, false),
                Arguments.of(BOUND, PLAIN, false),
                Arguments.of(BOUND, PLAIN, true));
    }

    /** @param hungry true: the late broker has a consumer, for which it keeps what it publishes */
    @ParameterizedTest
    @MethodSource("changes")
    void whatIsPublishedMeanwhileIsDelivered(QueueSettings before, QueueSettings after, boolean hungry) {
        define(before);
        Client first = late.consume(10);
        first.consumer();
        Await.result(late.publish(1));
        Delivered known = Await.until(first.got::peek, message -> message != null);
        assertThat(late.ack(known).settled()).isEqualTo(1);
        if (!hungry) {
            first.consumer().leave();
        }

        late.loop.pause();
        Future<List<String>> published = late.publish(MESSAGES);
        define(after);
        knowing.storage.wakeSignals().changed(known.receipt().queueId());
        late.loop.resume();

        Client client = knowing.consume(100);
        client.consumer();
        Set<String> ids = new HashSet<>(Await.result(published));
        Await.until(() -> settle(client, knowing, ids) && settle(first, late, ids), done -> ids.isEmpty());
    }

    @Test
    void whatABrokerClaimedThatDidNotKnowYetComesAgain() {
        define(PLAIN);
        Client first = late.consume(10);
        first.consumer();
        Await.result(late.publish(1));
        Delivered known = Await.until(first.got::peek, message -> message != null);
        assertThat(late.ack(known).settled()).isEqualTo(1);

        define(BY_KEY);
        Set<String> ids = new HashSet<>(Await.result(knowing.publish(MESSAGES)));
        Await.until(first.got::size, count -> count > 1);
        knowing.storage.wakeSignals().changed(known.receipt().queueId());

        Client client = knowing.consume(100);
        client.consumer();
        Await.until(() -> settle(client, knowing, ids) && settle(first, late, ids), done -> ids.isEmpty());
    }

    private static boolean settle(Client client, RunningBroker broker, Set<String> ids) {
        for (Delivered message = client.got.poll(); message != null; message = client.got.poll()) {
            // A receipt of before the change is worth nothing after it; the message comes again.
            if (broker.ack(message).settled() == 1) {
                ids.remove(message.id());
            }
        }
        return true;
    }

    private void define(QueueSettings settings) {
        Await.result(knowing.storage.queues().put(RunningBroker.QUEUE, settings));
    }

    private static QueueSettings ordered(Ordering ordering) {
        return PLAIN.withPrecedence(new Precedence(ordering, null, null));
    }
}
