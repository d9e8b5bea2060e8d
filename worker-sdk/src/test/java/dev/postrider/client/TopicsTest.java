package dev.postrider.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postrider.protocol.ProtocolException;
import dev.postrider.testbroker.InMemoryBroker;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TopicsTest {
    private static final Duration LONG = Duration.ofSeconds(10);

    private final InMemoryBroker broker = InMemoryBroker.started();
    private PostriderClient client;

    WireProtocol protocol() {
        return WireProtocol.BINARY;
    }

    @BeforeEach
    void connect() {
        client = PostriderClient.builder()
                .url(broker.url())
                .wireProtocol(protocol())
                .build();
    }

    @AfterEach
    void close() {
        client.close();
        broker.close();
    }

    @Test
    void aTopicIsDeclaredSubscribedToAndDeleted() {
        get(client.declareTopic("orders"));
        get(client.subscribeQueue("orders", "mails", null));
        get(client.subscribeQueue("orders", "bills", "priority > 3"));
        assertThat(broker.subscriptions("orders")).isEqualTo(Map.of("mails", "", "bills", "priority > 3"));

        get(client.removeSubscription("orders", "mails"));
        assertThat(broker.subscriptions("orders")).containsOnlyKeys("bills");
        assertThat(failureOf(client.removeSubscription("orders", "mails")).code())
                .isEqualTo("subscription-not-found");
        get(client.deleteTopic("orders"));
        assertThat(broker.subscriptions("orders")).isNull();
    }

    @Test
    void aTopicThatIsThereKeepsItsRetentionWhenItIsDeclaredAgain() {
        get(client.declareTopic("orders", Duration.ofHours(36)));
        get(client.declareTopic("orders"));
        assertThat(broker.retention("orders")).isEqualTo("36h");

        get(client.declareTopic("orders", null));
        assertThat(broker.retention("orders")).isEmpty();
    }

    @Test
    void aQueueSeeksFromAnInstantOn() {
        broker.createQueue("mails");

        assertThat(get(client.seek("mails", Instant.ofEpochSecond(1_700_000_000))))
                .isEqualTo(1_700_000_000);
        assertThat(failureOf(client.seek("bills", Instant.EPOCH)).code()).isEqualTo("queue-not-found");
    }

    @Test
    void aMessageReachesEverySubscribedQueueAndSaysItsTopic() {
        get(client.declareTopic("orders"));
        get(client.subscribeQueue("orders", "mails", null));
        get(client.subscribeQueue("orders", "bills", null));

        String id = get(client.publishToTopic("orders", OutgoingMessage.text("a")));

        for (String queue : List.of("mails", "bills")) {
            ReceivedMessage message = get(client.subscribe(queue, SubscribeOptions.defaults())
                    .select()
                    .first(1)
                    .toUni());
            assertThat(message.id()).isEqualTo(id);
            assertThat(message.topic()).isEqualTo("orders");
            assertThat(message.text()).isEqualTo("a");
        }
    }

    @Test
    void messagesForATopicAndAQueueOfItsNameDoNotMix() {
        broker.createQueue("orders");
        get(client.declareTopic("orders"));
        get(client.subscribeQueue("orders", "mails", null));
        List<CompletableFuture<String>> published = IntStream.range(0, 100)
                .mapToObj(i -> (i % 2 == 0
                                ? client.publish("orders", OutgoingMessage.text("queue"))
                                : client.publishToTopic("orders", OutgoingMessage.text("topic")))
                        .subscribeAsCompletionStage())
                .toList();
        published.forEach(CompletableFuture::join);

        assertThat(broker.stored("orders")).isEqualTo(50);
        assertThat(broker.stored("mails")).isEqualTo(50);
        assertThat(get(client.receive("mails", 50, LONG, null)))
                .allMatch(message -> message.text().equals("topic"));
    }

    @Test
    void manyMessagesAreAnsweredWithTheirIdsInOrder() {
        get(client.declareTopic("orders"));
        get(client.subscribeQueue("orders", "mails", null));

        List<String> ids = get(client.publishAllToTopic(
                "orders",
                List.of(
                        OutgoingMessage.text("a").withId("one"),
                        OutgoingMessage.text("b").withId("two"))));

        assertThat(ids).containsExactly("one", "two");
        assertThat(get(client.publishAllToTopic("orders", List.of()))).isEmpty();
    }

    @Test
    void whatIsNotThereOrNoNameIsAFailure() {
        assertThat(failureOf(client.publishToTopic("orders", OutgoingMessage.text("a")))
                        .code())
                .isEqualTo("topic-not-found");
        assertThat(failureOf(client.subscribeQueue("orders", "mails", null)).code())
                .isEqualTo("topic-not-found");
        assertThatThrownBy(() -> client.publishToTopic("-", OutgoingMessage.text("a")))
                .isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> client.declareTopic("a/b")).isInstanceOf(ProtocolException.class);
    }

    private static <T> T get(Uni<T> uni) {
        return uni.await().atMost(LONG);
    }

    private static PostriderException failureOf(Uni<?> uni) {
        return catchThrowableOfType(PostriderException.class, () -> uni.await().atMost(LONG));
    }
}
