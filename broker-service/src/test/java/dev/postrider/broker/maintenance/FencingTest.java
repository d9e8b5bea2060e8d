package dev.postrider.broker.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.dispatch.Delivered;
import dev.postrider.broker.dispatch.Settler;
import dev.postrider.broker.maintenance.RunningBroker.Client;
import dev.postrider.broker.store.Await;
import dev.postrider.broker.store.postgres.DatabaseSettings;
import dev.postrider.broker.store.postgres.DatabaseUrl;
import dev.postrider.broker.store.postgres.TestServer;
import dev.postrider.protocol.ProblemCode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A broker that was stopped for longer than the others wait, and comes back. */
class FencingTest {
    private final Vertx vertx = Vertx.vertx();
    private DatabaseUrl url;
    private RunningBroker paused;
    private RunningBroker living;

    @BeforeEach
    void start() {
        url = TestServer.newDatabase();
        paused = new RunningBroker(vertx, url, DatabaseSettings.DEFAULTS, "host:1").join();
        living = new RunningBroker(vertx, url, DatabaseSettings.DEFAULTS, "host:2").join();
    }

    @AfterEach
    void stop() {
        paused.close();
        living.close();
        Await.result(vertx.close());
    }

    @Test
    void itsMessagesAreServedByTheOthersAndItsLateSettlesChangeNothing() {
        Client slow = holding(10, paused);
        long idBefore = paused.broker.brokerId();

        paused.loop.pause();
        Client quick = living.consume(10);
        Await.until(quick.got::size, count -> count == 10);
        assertThat(quick.got).allMatch(message -> message.attempt() == 2);
        Delivered late = slow.got.peek();
        Future<Settler.Settled> lateAck =
                paused.settler.ack(RunningBroker.QUEUE, List.of(late.receipt().toText()));
        Future<Settler.Settled> lateExtension = paused.settler.extend(
                RunningBroker.QUEUE, List.of(slow.got.peek().receipt().toText()), 60_000);
        paused.loop.resume();

        assertThat(Await.result(lateAck).failed())
                .extracting(Settler.Failed::code)
                .containsExactly(ProblemCode.RECEIPT_EXPIRED);
        assertThat(failureOf(lateExtension)).isNotNull();
        Await.until(() -> slow.closed, reason -> reason != null);
        assertThat(slow.closed.code()).isEqualTo(ProblemCode.UNAVAILABLE);
        Await.until(paused.broker::brokerId, id -> id != idBefore);
        quick.got.forEach(message -> assertThat(living.ack(message).settled()).isEqualTo(1));
        assertThat(slow.got).hasSize(10);
    }

    @Test
    void whatItHadInMemoryIsNotHandedOutAfterOthersMayHaveSettledIt() {
        Client leaving = holding(10, paused);
        // Ready in memory again for a moment; the loop stops within it.
        leaving.consumer().leave();
        paused.loop.pause();
        Client quick = living.consume(10);
        Await.until(quick.got::size, count -> count == 10);
        quick.got.forEach(message -> assertThat(living.ack(message).settled()).isEqualTo(1));

        Client first = paused.consume(10);
        paused.loop.resume();

        Await.until(() -> first.closed, reason -> reason != null);
        assertThat(first.got).isEmpty();
        assertServes(paused);
    }

    @Test
    void whatItPublishesOnWakingReachesSomebody() {
        Client slow = paused.consume(1_000);
        slow.consumer();
        long idBefore = paused.broker.brokerId();
        paused.loop.pause();
        Await.until(() -> TestServer.query(url, "select count(*) from broker where id = " + idBefore), "0"::equals);

        Client quick = living.consume(1_000);
        Future<List<String>> published = paused.publish(100);
        paused.loop.resume();

        Await.result(published);
        long start = System.nanoTime();
        Await.until(
                () -> quick.got.stream().map(Delivered::id).distinct().count()
                        + slow.got.stream().map(Delivered::id).distinct().count(),
                count -> count >= 100);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void beforeItHasJoinedItDoesNotCallExpiredWhatOthersHold() {
        Client client = holding(1, living);
        String receipt = client.got.peek().receipt().toText();

        try (RunningBroker early = new RunningBroker(vertx, url, DatabaseSettings.DEFAULTS, "host:3")) {
            Throwable failure = failureOf(early.settler.ack(List.of(receipt)));

            assertThat(failure).isInstanceOfSatisfying(BrokerException.class, e -> assertThat(e.code())
                    .isEqualTo(ProblemCode.UNAVAILABLE));
        }
        assertThat(living.ack(client.got.peek()).settled()).isEqualTo(1);
    }

    /** A client of that broker that has got as many messages. */
    private Client holding(int messages, RunningBroker broker) {
        Client client = broker.consume(messages);
        client.consumer();
        Await.result(living.publish(messages));
        Await.until(client.got::size, count -> count == messages);
        return client;
    }

    private static void assertServes(RunningBroker broker) {
        Await.until(broker.broker::isOpen, open -> open);
        Client client = broker.consume(10);
        client.consumer();
        Await.result(broker.publish(3));
        Await.until(client.got::size, count -> count == 3);
    }

    private static Throwable failureOf(Future<?> future) {
        Await.until(future::isComplete, complete -> complete);
        return future.cause();
    }
}
