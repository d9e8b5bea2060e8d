package dev.postrider.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postrider.protocol.ProtocolException;
import dev.postrider.testbroker.InMemoryBroker;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ManagementTest {
    private static final Duration LONG = Duration.ofSeconds(10);

    private final InMemoryBroker broker = InMemoryBroker.started();
    private final PostriderClient client =
            PostriderClient.builder().url(broker.url()).build();

    @AfterEach
    void close() {
        client.close();
        broker.close();
    }

    private static <T> T get(Uni<T> uni) {
        return uni.await().atMost(LONG);
    }

    private static PostriderException failureOf(Uni<?> uni) {
        return catchThrowableOfType(PostriderException.class, () -> uni.await().atMost(LONG));
    }

    @Test
    void aQueueIsAnsweredWithItsSettingsAndFigures() {
        QueueOptions options =
                QueueOptions.defaults().withLease(Duration.ofSeconds(5)).withMaxAttempts(7);
        QueueInfo queue = get(client.putQueue("emails", options));

        assertThat(queue.name()).isEqualTo("emails");
        assertThat(queue.settings().lease()).isEqualTo(Duration.ofSeconds(5));
        assertThat(queue.settings().maxAttempts()).isEqualTo(7);
        assertThat(queue.paused()).isFalse();
        assertThat(queue.createdAt()).isNotNull();
        assertThat(queue.stats().ready()).isZero();
        assertThat(queue.stats().oldestReadyAge()).isEqualTo(Duration.ofMillis(1_500));
    }

    @Test
    void aPausedQueueHandsOutNothingUntilItIsResumed() {
        get(client.putQueue("emails", QueueOptions.defaults()));
        get(client.publish("emails", OutgoingMessage.text("a")));
        get(client.pause("emails"));
        assertThat(get(client.queue("emails")).paused()).isTrue();
        assertThat(get(client.receive("emails", 1, Duration.ZERO, null))).isEmpty();

        get(client.resume("emails"));
        assertThat(get(client.receive("emails", 1, LONG, null))).hasSize(1);
    }

    @Test
    void whatALongPollBroughtIsSettledWithoutAnyConnectionOfItsOwn() {
        get(client.putQueue("emails", QueueOptions.defaults()));
        get(client.publishAll("emails", List.of(OutgoingMessage.text("a"), OutgoingMessage.text("b"))));
        List<ReceivedMessage> messages = get(client.receive("emails", 10, LONG, Duration.ofSeconds(30)));
        broker.cutConnections();
        // Reading is repeated over a new connection, so that the old one is known to be gone.
        get(client.queue("emails"));

        messages.forEach(message -> get(message.ack()));
        assertThat(broker.acked("emails")).isEqualTo(2);
        assertThat(failureOf(messages.get(0).ack()).code()).isEqualTo("receipt-expired");
    }

    @Test
    void aLookLeavesMessagesAsTheyAreAndTheyCannotBeSettled() {
        get(client.putQueue("emails", QueueOptions.defaults()));
        get(client.publish("emails", OutgoingMessage.text("a")));

        MessagePage page = get(client.peek("emails", "ready", 10, null));

        assertThat(page.messages()).hasSize(1);
        assertThat(page.next()).isNull();
        assertThat(page.messages().get(0).text()).isEqualTo("a");
        assertThat(failureOf(page.messages().get(0).ack()).code()).isEqualTo("invalid-receipt");
        assertThat(broker.stored("emails")).isEqualTo(1);
    }

    @Test
    void purgeTellsHowManyItDropped() {
        get(client.putQueue("emails", QueueOptions.defaults()));
        get(client.publishAll("emails", List.of(OutgoingMessage.text("a"), OutgoingMessage.text("b"))));

        assertThat(get(client.purge("emails"))).isEqualTo(2);
        assertThat(broker.stored("emails")).isZero();
    }

    @Test
    void aDeletedQueueIsGone() {
        get(client.putQueue("emails", QueueOptions.defaults()));
        get(client.deleteQueue("emails"));

        PostriderException failure = failureOf(client.queue("emails"));
        assertThat(failure.code()).isEqualTo("queue-not-found");
        assertThat(failure.status()).isEqualTo(404);
    }

    @Test
    void aBrokerThatIsAwayIsUnavailable() {
        broker.stop();

        assertThat(failureOf(client.queue("emails")).code()).isEqualTo("unavailable");
    }

    @Test
    void aNameThatIsNoneIsRefusedHere() {
        assertThatThrownBy(() -> client.queue("../secrets")).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> client.publish("a b", OutgoingMessage.text("a")))
                .isInstanceOf(ProtocolException.class);
    }

    @Test
    void aSharedVertxOutlivesTheClient() {
        Vertx vertx = Vertx.vertx();
        try (PostriderClient sharing =
                PostriderClient.builder().url(broker.url()).vertx(vertx).build()) {
            get(sharing.putQueue("emails", QueueOptions.defaults()));
        }
        assertThat(vertx.deploymentIDs()).isEmpty();
        assertThat(vertx.close().toCompletionStage().toCompletableFuture()).succeedsWithin(LONG);
    }
}
