package dev.postrider.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.ProtocolException;
import dev.postrider.testbroker.Eventually;
import dev.postrider.testbroker.InMemoryBroker;
import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class FollowTopicTest {
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(200);

    private final InMemoryBroker broker = InMemoryBroker.started();
    private final InMemoryBroker replica = broker.replica();
    private final PostriderClient client = builder().url(broker.url()).build();
    /** Is connected though the broker is not there. */
    private final PostriderClient publisher = builder().url(replica.url()).build();

    private static ClientBuilder builder() {
        return PostriderClient.builder().reconnectBackoff(Duration.ofMillis(10), Duration.ofMillis(100));
    }

    @BeforeEach
    void declareTopics() {
        publisher.declareTopic("orders", Duration.ofHours(1)).await().atMost(LONG);
        publisher.declareTopic("live").await().atMost(LONG);
    }

    @AfterEach
    void close() {
        client.close();
        publisher.close();
        broker.close();
        replica.close();
    }

    private AssertSubscriber<TopicEvent> follow(String topic, FollowOptions options, long demand) {
        return client.followTopic(topic, options).subscribe().withSubscriber(AssertSubscriber.create(demand));
    }

    /** From now on, and "now" is over when this returns. */
    private AssertSubscriber<TopicEvent> followNow(String topic) {
        CompletableFuture<String> started = new CompletableFuture<>();
        AssertSubscriber<TopicEvent> subscriber =
                follow(topic, FollowOptions.defaults().withOnStart(started::complete), Long.MAX_VALUE);
        started.orTimeout(LONG.toSeconds(), TimeUnit.SECONDS).join();
        return subscriber;
    }

    private void publish(String topic, String... texts) {
        List<OutgoingMessage> messages = List.of(texts).stream()
                .map(text -> OutgoingMessage.text(text).withId(text))
                .toList();
        publisher.publishAllToTopic(topic, messages).await().atMost(LONG);
    }

    private static List<TopicEvent> take(AssertSubscriber<TopicEvent> subscriber, int count) {
        Eventually.until(count + " events", () -> subscriber.getItems().size() >= count);
        return List.copyOf(subscriber.getItems());
    }

    private static List<String> texts(List<TopicEvent> events) {
        return events.stream()
                .map(event -> event instanceof TopicEvent.Message message
                        ? message.message().text()
                        : "gap")
                .toList();
    }

    private static PostriderException failureOf(AssertSubscriber<TopicEvent> subscriber) {
        Eventually.until("a failure", () -> subscriber.getFailure() != null);
        assertThat(subscriber.getFailure()).isInstanceOf(PostriderException.class);
        return (PostriderException) subscriber.getFailure();
    }

    @Nested
    class Messages {
        @Test
        void comeInOrderFromNowOn() {
            publish("orders", "before");
            AssertSubscriber<TopicEvent> subscriber = followNow("orders");
            String[] texts = IntStream.range(0, 500).mapToObj(i -> "m-" + i).toArray(String[]::new);
            publish("orders", texts);

            assertThat(texts(take(subscriber, 500))).containsExactly(texts);
        }

        @Test
        void areAsTheyWerePublishedButForReceiptAndQueue() {
            AssertSubscriber<TopicEvent> subscriber = followNow("orders");
            OutgoingMessage order = OutgoingMessage.json(Map.of("city", "Köln\n😀"))
                    .withId("order-1")
                    .withKey("k")
                    .withPriority(7)
                    .withHeader("region", "eu");
            publisher.publishToTopic("orders", order).await().atMost(LONG);

            ReceivedMessage message = ((TopicEvent.Message) take(subscriber, 1).get(0)).message();
            assertThat(message.id()).isEqualTo("order-1");
            assertThat(message.topic()).isEqualTo("orders");
            assertThat(message.key()).isEqualTo("k");
            assertThat(message.priority()).isEqualTo(7);
            assertThat(message.headers()).containsEntry("region", "eu");
            assertThat(message.json(JsonNode.class).path("city").asText()).isEqualTo("Köln\n😀");
            assertThat(message.publishedAt()).isNotNull();
            assertThat(message.queue()).isNull();
            assertThat(message.receipt()).isNull();
            assertThatThrownBy(() -> message.ack().await().atMost(LONG))
                    .isInstanceOfSatisfying(
                            PostriderException.class, e -> assertThat(e.code()).isEqualTo("invalid-receipt"));
        }

        @Test
        void areThoseThatTheFilterHoldsFor() {
            AssertSubscriber<TopicEvent> subscriber =
                    follow("orders", FollowOptions.defaults().withFilter("key = 'a & b'"), 10);
            Eventually.until("it is followed", () -> broker.openStreams() == 1);
            for (String key : List.of("a", "a & b", "b")) {
                publisher
                        .publishToTopic("orders", OutgoingMessage.text(key).withKey(key))
                        .await()
                        .atMost(LONG);
            }

            assertThat(texts(take(subscriber, 1))).containsExactly("a & b");
            assertThat(Eventually.throughout(SHORT, () -> subscriber.getItems().size() == 1))
                    .isTrue();
        }

        @Test
        void beginAtAnInstant() {
            publish("orders", "a", "b");

            AssertSubscriber<TopicEvent> all =
                    follow("orders", FollowOptions.defaults().withFrom(Instant.EPOCH), 10);
            AssertSubscriber<TopicEvent> none = follow(
                    "orders", FollowOptions.defaults().withFrom(Instant.now().plusSeconds(1)), 10);

            assertThat(texts(take(all, 2))).containsExactly("a", "b");
            assertThat(none.getItems()).isEmpty();
        }

        @Test
        void comeFromTheMomentOnThatIsTold() {
            publish("orders", "before");
            CompletableFuture<String> started = new CompletableFuture<>();
            AssertSubscriber<TopicEvent> subscriber =
                    follow("orders", FollowOptions.defaults().withOnStart(started::complete), 10);
            String position =
                    started.orTimeout(LONG.toSeconds(), TimeUnit.SECONDS).join();
            publish("orders", "after");

            assertThat(texts(take(subscriber, 1))).containsExactly("after");
            FollowOptions fromThere = FollowOptions.defaults().withPosition(position);
            assertThat(texts(take(follow("orders", fromThere, 10), 1))).containsExactly("after");
        }

        @Test
        void doNotComeWhenTheOneWhoIsToldOfTheStartFails() {
            AssertSubscriber<TopicEvent> subscriber = follow(
                    "orders",
                    FollowOptions.defaults().withOnStart(position -> {
                        throw new IllegalStateException("not now");
                    }),
                    10);

            Eventually.until("a failure", () -> subscriber.getFailure() != null);
            assertThat(subscriber.getFailure()).hasMessage("not now");
            Eventually.until("it is closed", () -> broker.openStreams() == 0);
        }

        @Test
        void goOnBehindThePositionOfAnEvent() {
            publish("orders", "a", "b", "c");
            FollowOptions fromTheStart = FollowOptions.defaults().withFrom(Instant.EPOCH);
            String position = take(follow("orders", fromTheStart, 10), 3).get(1).position();

            assertThat(texts(take(follow("orders", fromTheStart.withPosition(position), 10), 1)))
                    .containsExactly("c");
        }
    }

    @Nested
    class ALostConnection {
        @Test
        void losesAndRepeatsNothingOfATopicThatRetains() {
            AssertSubscriber<TopicEvent> subscriber = followNow("orders");
            String[] texts = IntStream.range(0, 200).mapToObj(i -> "m-" + i).toArray(String[]::new);
            for (int i = 0; i < texts.length; i++) {
                publish("orders", texts[i]);
                if (i % 20 == 0) {
                    take(subscriber, i / 2 + 1);
                    broker.cutConnections();
                }
            }

            assertThat(texts(take(subscriber, texts.length))).containsExactly(texts);
            assertThat(broker.streamPositions()).hasSizeGreaterThan(1);
            assertThat(Eventually.throughout(SHORT, () -> subscriber.getItems().size() == texts.length))
                    .isTrue();
        }

        @Test
        void isMadeUpForWhenTheBrokerIsBackAfterAWhile() {
            AssertSubscriber<TopicEvent> subscriber = followNow("orders");
            publish("orders", "a");
            take(subscriber, 1);
            broker.stop();
            publish("orders", "b");
            assertThat(Eventually.throughout(SHORT, () -> subscriber.getItems().size() == 1))
                    .isTrue();
            broker.restart();

            assertThat(texts(take(subscriber, 2))).containsExactly("a", "b");
        }

        @Test
        void isAGapWhereNothingIsRetained() {
            AssertSubscriber<TopicEvent> subscriber = followNow("live");
            publish("live", "a");
            take(subscriber, 1);
            broker.stop();
            Instant left = Instant.now();
            publish("live", "missed");
            broker.restart();

            List<TopicEvent> events = take(subscriber, 2);
            publish("live", "b");

            assertThat(events.get(1)).isInstanceOfSatisfying(TopicEvent.Gap.class, gap -> {
                assertThat(gap.from()).isAfterOrEqualTo(left);
                assertThat(gap.to()).isAfterOrEqualTo(gap.from());
                assertThat(gap.position()).isEqualTo(events.get(0).position());
            });
            assertThat(texts(take(subscriber, 3))).containsExactly("a", "gap", "b");
        }

        @Test
        void ofABrokerThatStopsInOrderGoesOnWithTheNext() {
            try (PostriderClient ofBoth =
                    builder().brokers(broker.url(), replica.url()).build()) {
                AssertSubscriber<TopicEvent> subscriber = ofBoth.followTopic("orders", FollowOptions.defaults())
                        .subscribe()
                        .withSubscriber(AssertSubscriber.create(Long.MAX_VALUE));
                Eventually.until("it is followed", () -> broker.openStreams() + replica.openStreams() == 1);
                publish("orders", "a");
                take(subscriber, 1);
                InMemoryBroker used = broker.openStreams() == 1 ? broker : replica;
                InMemoryBroker other = used == broker ? replica : broker;
                used.stopInOrder();
                try (PostriderClient rest = builder().url(other.url()).build()) {
                    rest.publishToTopic("orders", OutgoingMessage.text("b"))
                            .await()
                            .atMost(LONG);
                }

                assertThat(texts(take(subscriber, 2))).containsExactly("a", "b");
            }
        }

        @Test
        void isTriedAgainThoughTheBrokerSaysLater() {
            broker.refuseNextStream(ProblemCode.UNAVAILABLE);
            broker.refuseNextStream(ProblemCode.RATE_LIMITED);
            broker.refuseNextStream(ProblemCode.INTERNAL_ERROR);
            AssertSubscriber<TopicEvent> subscriber = followNow("orders");
            publish("orders", "a");

            assertThat(texts(take(subscriber, 1))).containsExactly("a");
            assertThat(broker.streamPositions()).hasSize(4);
        }
    }

    @Nested
    class Failing {
        @Test
        void isForTopicsThatAreNotThere() {
            assertThat(failureOf(follow("nothing", FollowOptions.defaults(), 1)).code())
                    .isEqualTo("topic-not-found");
        }

        @Test
        void isForFiltersThatAreNone() {
            FollowOptions options = FollowOptions.defaults().withFilter("key >");

            assertThat(failureOf(follow("orders", options, 1)).code()).isEqualTo("invalid-request");
            assertThat(Eventually.throughout(
                            SHORT, () -> broker.streamPositions().size() == 1))
                    .isTrue();
        }

        @Test
        void isForCallersWithoutRights() {
            broker.requireApiKey("secret");
            assertThat(failureOf(follow("orders", FollowOptions.defaults(), 1)).code())
                    .isEqualTo("unauthorized");

            try (PostriderClient known =
                    builder().url(broker.url()).apiKey("secret").build()) {
                publish("orders", "a");
                FollowOptions all = FollowOptions.defaults().withFrom(Instant.EPOCH);
                assertThat(texts(List.of(known.followTopic("orders", all)
                                .select()
                                .first(1)
                                .toUni()
                                .await()
                                .atMost(LONG))))
                        .containsExactly("a");
            }
        }

        @Test
        void comesBehindAllThatWasThereWhenTheTopicIsDeleted() {
            publish("orders", "a", "b", "c");
            AssertSubscriber<TopicEvent> subscriber =
                    follow("orders", FollowOptions.defaults().withFrom(Instant.EPOCH), 2);
            take(subscriber, 2);
            Eventually.until("it is followed", () -> broker.openStreams() == 1);
            client.deleteTopic("orders").await().atMost(LONG);
            assertThat(Eventually.throughout(SHORT, () -> subscriber.getFailure() == null))
                    .isTrue();
            subscriber.request(2);

            assertThat(failureOf(subscriber).code()).isEqualTo("topic-not-found");
            assertThat(texts(subscriber.getItems())).containsExactly("a", "b", "c");
        }

        @Test
        void isAtOnceForWhatCannotBeRight() {
            assertThatThrownBy(() -> client.followTopic("-", FollowOptions.defaults()))
                    .isInstanceOf(ProtocolException.class);
            for (String position : List.of("", "a b", "a\nb", "ü", "x".repeat(257))) {
                assertThatThrownBy(() -> FollowOptions.defaults().withPosition(position))
                        .isInstanceOf(IllegalArgumentException.class);
            }
            AssertSubscriber<TopicEvent> subscriber = follow("orders", FollowOptions.defaults(), 0);
            subscriber.awaitSubscription(LONG).request(-1);
            assertThat(subscriber.awaitFailure(LONG).getFailure()).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Nested
    class Demand {
        private static final int MESSAGES = 100;
        private static final int MESSAGE_BYTES = 256 * 1024;

        @Test
        void ofNothingConnectsNothing() {
            follow("orders", FollowOptions.defaults(), 0);

            assertThat(Eventually.throughout(
                            SHORT, () -> broker.streamPositions().isEmpty()))
                    .isTrue();
        }

        @Test
        void isNeverExceeded() {
            String[] texts = IntStream.range(0, 50).mapToObj(i -> "m-" + i).toArray(String[]::new);
            publish("orders", texts);
            AssertSubscriber<TopicEvent> subscriber =
                    follow("orders", FollowOptions.defaults().withFrom(Instant.EPOCH), 3);
            take(subscriber, 3);
            subscriber.request(4);

            take(subscriber, 7);
            assertThat(Eventually.throughout(SHORT, () -> subscriber.getItems().size() == 7))
                    .isTrue();
            subscriber.request(Long.MAX_VALUE);
            assertThat(texts(take(subscriber, 50))).containsExactly(texts);
        }

        @Test
        void thatIsSmallLeavesAtTheBrokerWhatSocketsDoNotHold() {
            String great = "x".repeat(MESSAGE_BYTES);
            for (int i = 0; i < MESSAGES; i++) {
                publisher
                        .publishToTopic("orders", OutgoingMessage.text(i + great))
                        .await()
                        .atMost(LONG);
            }
            AssertSubscriber<TopicEvent> subscriber =
                    follow("orders", FollowOptions.defaults().withFrom(Instant.EPOCH), 1);
            take(subscriber, 1);

            // Some megabytes lie in sockets.
            long total = (long) MESSAGES * MESSAGE_BYTES;
            assertThat(Eventually.throughout(Duration.ofSeconds(1), () -> broker.streamedBytes() < total / 2))
                    .isTrue();
            subscriber.request(MESSAGES);
            assertThat(texts(take(subscriber, MESSAGES)))
                    .containsExactlyElementsOf(IntStream.range(0, MESSAGES)
                            .mapToObj(i -> i + great)
                            .toList());
        }

        @Test
        void thatComesAfterACutGetsWhatFollows() {
            publish("orders", "a", "b", "c", "d");
            AssertSubscriber<TopicEvent> subscriber =
                    follow("orders", FollowOptions.defaults().withFrom(Instant.EPOCH), 2);
            take(subscriber, 2);
            broker.cutConnections();
            Eventually.until("the connection is gone", () -> broker.openStreams() == 0);
            assertThat(Eventually.throughout(SHORT, () -> broker.openStreams() == 0))
                    .isTrue();
            subscriber.request(10);
            take(subscriber, 4);
            publish("orders", "e");

            assertThat(texts(take(subscriber, 5))).containsExactly("a", "b", "c", "d", "e");
        }
    }

    @Nested
    class TheEnd {
        @Test
        void byTheSubscriberClosesTheConnection() {
            AssertSubscriber<TopicEvent> subscriber = followNow("orders");
            subscriber.cancel();

            Eventually.until("the connection is closed", () -> broker.openStreams() == 0);
            assertThat(Eventually.throughout(
                            SHORT, () -> broker.streamPositions().size() == 1))
                    .isTrue();
        }

        @Test
        void ofTheClientCompletesTheStream() {
            AssertSubscriber<TopicEvent> subscriber = followNow("orders");
            client.close();

            subscriber.awaitCompletion(LONG);
            Eventually.until("the connection is closed", () -> broker.openStreams() == 0);
            assertThat(failureOf(follow("orders", FollowOptions.defaults(), 1)).code())
                    .isEqualTo("unavailable");
        }
    }
}
