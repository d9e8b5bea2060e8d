package dev.postrider.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postrider.protocol.ProtocolException;
import dev.postrider.testbroker.Eventually;
import dev.postrider.testbroker.InMemoryBroker;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SubscribeTest {
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(100);

    private final InMemoryBroker broker = InMemoryBroker.started();
    private final PostriderClient client = PostriderClient.builder()
            .url(broker.url())
            .wireProtocol(protocol())
            .reconnectBackoff(Duration.ofMillis(10), Duration.ofMillis(100))
            .build();

    private int published;

    /** What the client speaks. */
    WireProtocol protocol() {
        return WireProtocol.BINARY;
    }

    @BeforeEach
    void createQueue() {
        broker.createQueue("work");
    }

    @AfterEach
    void close() {
        client.close();
        broker.close();
    }

    private void publish(int count) {
        List<OutgoingMessage> messages = IntStream.range(0, count)
                .mapToObj(n -> OutgoingMessage.json(Map.of("n", n)).withId("id-" + ++published))
                .toList();
        client.publishAll("work", messages).await().atMost(LONG);
    }

    private AssertSubscriber<ReceivedMessage> subscribe(SubscribeOptions options, long demand) {
        return client.subscribe("work", options).subscribe().withSubscriber(AssertSubscriber.create(demand));
    }

    private AssertSubscriber<ReceivedMessage> subscribe(long demand) {
        return subscribe(SubscribeOptions.defaults(), demand);
    }

    private static List<ReceivedMessage> take(AssertSubscriber<ReceivedMessage> subscriber, int count) {
        Eventually.until(count + " messages", () -> subscriber.getItems().size() >= count);
        return List.copyOf(subscriber.getItems());
    }

    private static void await(Uni<Void> settlement) {
        settlement.await().atMost(LONG);
    }

    private static PostriderException failureOf(Uni<Void> uni) {
        return catchThrowableOfType(PostriderException.class, () -> uni.await().atMost(LONG));
    }

    @Nested
    class Demand {
        @Test
        void isNeverExceeded() {
            publish(50);
            AssertSubscriber<ReceivedMessage> subscriber = subscribe(3);
            take(subscriber, 3);
            subscriber.request(4);

            take(subscriber, 7);
            assertThat(Eventually.throughout(SHORT, () -> subscriber.getItems().size() == 7))
                    .isTrue();
            assertThat(broker.creditGranted()).isEqualTo(7);
        }

        @Test
        void ofNothingOpensNothing() {
            publish(1);
            AssertSubscriber<ReceivedMessage> subscriber = subscribe(0);

            assertThat(Eventually.throughout(SHORT, () -> subscriber.getItems().isEmpty()))
                    .isTrue();
            assertThat(broker.creditGranted()).isZero();
        }

        @Test
        void withoutEndIsGrantedInParts() {
            publish(5_000);
            AssertSubscriber<ReceivedMessage> subscriber = subscribe(Long.MAX_VALUE);
            take(subscriber, 5_000);

            assertThat(broker.creditGranted()).isBetween(10_000L, 15_000L);
        }

        @Test
        void withPrefetchIsBufferedUpToIt() {
            publish(100);
            AssertSubscriber<ReceivedMessage> subscriber =
                    subscribe(SubscribeOptions.defaults().withPrefetch(20), 1);

            take(subscriber, 1);
            Eventually.until("prefetched", () -> broker.inFlight("work") == 20);
            assertThat(Eventually.throughout(SHORT, () -> broker.inFlight("work") == 20))
                    .isTrue();
            subscriber.request(99);
            assertThat(take(subscriber, 100)).hasSize(100);
        }

        @Test
        void thatIsNotPositiveFailsTheStream() {
            AssertSubscriber<ReceivedMessage> subscriber = subscribe(1);
            subscriber.awaitSubscription();

            subscriber.request(-1);

            subscriber.awaitFailure(LONG).assertFailedWith(IllegalArgumentException.class);
        }
    }

    @Nested
    class Message {
        @Test
        void carriesWhatWasPublished() {
            client.publish(
                            "work",
                            OutgoingMessage.json(Map.of("to", "ada"))
                                    .withKey("k")
                                    .withId("id-1")
                                    .withPriority(3)
                                    .withHeader("a", "b"))
                    .await()
                    .atMost(LONG);

            ReceivedMessage message = take(subscribe(1), 1).get(0);
            assertThat(message.id()).isEqualTo("id-1");
            assertThat(message.key()).isEqualTo("k");
            assertThat(message.queue()).isEqualTo("work");
            assertThat(message.priority()).isEqualTo(3);
            assertThat(message.attempt()).isEqualTo(1);
            assertThat(message.headers()).containsExactly(Map.entry("a", "b"));
            assertThat(message.contentType()).isEqualTo("application/json");
            assertThat((Map<?, ?>) message.json(Map.class)).isEqualTo(Map.of("to", "ada"));
            assertThat(message.text()).isEqualTo("{\"to\":\"ada\"}");
            assertThat(message.publishedAt()).isNotNull();
            assertThat(message.expiresAt()).isNull();
        }
    }

    @Nested
    class Settling {
        @Test
        void inOneTurnTravelsInOneFrame() {
            publish(500);
            List<ReceivedMessage> messages = take(subscribe(500), 500);

            List<CompletableFuture<Void>> acks = messages.stream()
                    .map(message -> message.ack().subscribeAsCompletionStage())
                    .toList();
            acks.forEach(CompletableFuture::join);

            assertThat(broker.acked("work")).isEqualTo(500);
            assertThat(broker.settleFrames()).hasSizeLessThan(100);
        }

        @Test
        void twiceFailsTheSecondTime() {
            publish(1);
            ReceivedMessage message = take(subscribe(1), 1).get(0);
            await(message.ack());

            assertThat(failureOf(message.ack()).code()).isEqualTo("receipt-expired");
        }

        @Test
        void asFailedBringsItAgain() {
            publish(1);
            AssertSubscriber<ReceivedMessage> subscriber = subscribe(2);
            await(take(subscriber, 1).get(0).nack(Duration.ofMillis(20), "not now"));

            assertThat(take(subscriber, 2).get(1).attempt()).isEqualTo(2);
        }

        @Test
        void asHopelessMakesADeadLetterThatCanBeRedriven() {
            publish(1);
            AssertSubscriber<ReceivedMessage> subscriber = subscribe(2);
            await(take(subscriber, 1).get(0).deadLetter("no such address"));

            DeadLetterPage page = client.deadLetters("work", 10, null).await().atMost(LONG);
            assertThat(page.deadLetters()).hasSize(1);
            assertThat(page.deadLetters().get(0).reason()).isEqualTo("rejected");
            assertThat(page.deadLetters().get(0).error()).isEqualTo("no such address");
            assertThat(client.redrive("work", List.of(page.deadLetters().get(0).id()))
                            .await()
                            .atMost(LONG))
                    .isEqualTo(1);
            assertThat(take(subscriber, 2).get(1).attempt()).isEqualTo(1);
        }

        @Test
        void withMoreWordsThanFitKeepsTheFirstOnes() {
            publish(1);
            await(take(subscribe(1), 1).get(0).deadLetter("no\0" + "ü".repeat(100_000)));

            assertThat(broker.deadLetterErrors("work"))
                    .singleElement()
                    .satisfies(error -> assertThat(error).startsWith("no ü").hasSize(2_048));
        }

        @Test
        void withTermsThatTheApiHasNotIsRefusedHere() {
            publish(1);
            ReceivedMessage message = take(subscribe(1), 1).get(0);

            assertThatThrownBy(() -> message.extend(Duration.ofDays(1))).isInstanceOf(ProtocolException.class);
            assertThatThrownBy(() -> message.nack(Duration.ofMillis(-1), null)).isInstanceOf(ProtocolException.class);
            assertThatThrownBy(() -> SubscribeOptions.defaults().withLease(Duration.ofMillis(1)))
                    .isInstanceOf(IllegalArgumentException.class);
        }

        @Test
        void laterThanTheLeaseFailsUnlessItWasExtended() {
            publish(2);
            AssertSubscriber<ReceivedMessage> subscriber =
                    subscribe(SubscribeOptions.defaults().withLease(Duration.ofMillis(150)), 2);
            List<ReceivedMessage> messages = take(subscriber, 2);
            await(messages.get(0).extend(Duration.ofSeconds(30)));
            Eventually.until("one lease has run out", () -> broker.inFlight("work") == 1);

            await(messages.get(0).ack());
            assertThat(failureOf(messages.get(1).ack()).code()).isEqualTo("receipt-expired");
        }
    }

    @Nested
    class LostConnection {
        @Test
        void goesOnWithTheDemandThatIsLeft() {
            AssertSubscriber<ReceivedMessage> subscriber = subscribe(5);
            publish(2);
            take(subscriber, 2).forEach(message -> await(message.ack()));
            broker.cutConnections();
            publish(10);

            take(subscriber, 5);
            assertThat(Eventually.throughout(SHORT, () -> subscriber.getItems().size() == 5))
                    .isTrue();
            assertThat(broker.inFlight("work")).isEqualTo(3);
        }

        @Test
        void expiresTheReceiptsOfWhatItBrought() {
            publish(1);
            AssertSubscriber<ReceivedMessage> subscriber = subscribe(2);
            ReceivedMessage before = take(subscriber, 1).get(0);
            broker.cutConnections();
            ReceivedMessage again = take(subscriber, 2).get(1);

            assertThat(again.id()).isEqualTo(before.id());
            assertThat(failureOf(before.ack()).code()).isEqualTo("receipt-expired");
            await(again.ack());
        }

        @Test
        void withoutAWordIsNoticedByTheHeartbeat() {
            try (PostriderClient watchful = PostriderClient.builder()
                    .url(broker.url())
                    .heartbeat(Duration.ofMillis(200))
                    .build()) {
                AssertSubscriber<ReceivedMessage> subscriber = watchful.subscribe("work", SubscribeOptions.defaults())
                        .subscribe()
                        .withSubscriber(AssertSubscriber.create(1));
                Eventually.until("subscribed", () -> broker.creditGranted() >= 1);
                broker.freezeConnections();

                Eventually.until("a second subscription", () -> broker.creditGranted() >= 2);
                publish(1);
                take(subscriber, 1);
            }
        }

        @Test
        void aBrokerThatIsAwayIsWaitedFor() {
            broker.stop();
            AssertSubscriber<ReceivedMessage> subscriber = subscribe(1);
            assertThat(Eventually.throughout(SHORT, () -> subscriber.getFailure() == null))
                    .isTrue();
            broker.restart();
            publish(1);

            take(subscriber, 1);
        }

        @Test
        void whatWasPrefetchedIsNotHandedOutStale() {
            publish(20);
            AssertSubscriber<ReceivedMessage> subscriber =
                    subscribe(SubscribeOptions.defaults().withPrefetch(20), 1);
            take(subscriber, 1);
            Eventually.until("prefetched", () -> broker.inFlight("work") == 20);
            broker.cutConnections();
            Eventually.until("prefetched again", () -> broker.creditGranted() >= 40);
            Eventually.until("taken again", () -> broker.inFlight("work") == 20);
            subscriber.request(20);

            List<ReceivedMessage> all = take(subscriber, 21);
            all.subList(1, 21).forEach(message -> await(message.ack()));
            Set<String> ids = new HashSet<>();
            all.forEach(message -> ids.add(message.id()));
            assertThat(ids).hasSize(20);
            assertThat(broker.stored("work")).isZero();
        }
    }

    @Nested
    class TheEnd {
        @Test
        void byCancelGivesBackWhatIsUnsettled() {
            publish(3);
            AssertSubscriber<ReceivedMessage> subscriber = subscribe(3);
            CompletableFuture<Void> ack = take(subscriber, 3).get(0).ack().subscribeAsCompletionStage();
            subscriber.cancel();

            assertThat(ack).succeedsWithin(LONG);
            Eventually.until("given back", () -> broker.inFlight("work") == 0);
            assertThat(broker.stored("work")).isEqualTo(2);
        }

        @Test
        void byCloseCompletesTheStream() {
            AssertSubscriber<ReceivedMessage> subscriber = subscribe(1);
            client.close();

            subscriber.awaitCompletion(LONG);
        }

        @Test
        void ofAStreamFromAQueueThatDoesNotExist() {
            AssertSubscriber<ReceivedMessage> subscriber = client.subscribe("nowhere", SubscribeOptions.defaults())
                    .subscribe()
                    .withSubscriber(AssertSubscriber.create(1));

            subscriber.awaitFailure(LONG);
            assertThat(((PostriderException) subscriber.getFailure()).code()).isEqualTo("queue-not-found");
        }

        @Test
        void ofAStreamWithoutTheRightKey() {
            broker.requireApiKey("secret");
            AssertSubscriber<ReceivedMessage> subscriber = subscribe(1);

            subscriber.awaitFailure(LONG);
            assertThat(((PostriderException) subscriber.getFailure()).code()).isEqualTo("unauthorized");
        }
    }
}
