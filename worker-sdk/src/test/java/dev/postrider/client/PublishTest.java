package dev.postrider.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postrider.protocol.ProblemCode;
import dev.postrider.testbroker.Eventually;
import dev.postrider.testbroker.InMemoryBroker;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PublishTest {
    private static final Duration LONG = Duration.ofSeconds(10);

    private final InMemoryBroker broker = InMemoryBroker.started();
    private PostriderClient client = connect(builder());

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

    private ClientBuilder builder() {
        return PostriderClient.builder()
                .url(broker.url())
                .wireProtocol(protocol())
                .reconnectBackoff(Duration.ofMillis(10), Duration.ofMillis(100));
    }

    private static PostriderClient connect(ClientBuilder builder) {
        return builder.build();
    }

    private void reconnectAs(ClientBuilder builder) {
        client.close();
        client = connect(builder);
    }

    private static OutgoingMessage message(int n) {
        return OutgoingMessage.json(Map.of("n", n));
    }

    private List<CompletableFuture<String>> publish(int count) {
        return IntStream.range(0, count)
                .mapToObj(n -> client.publish("work", message(n)).subscribeAsCompletionStage())
                .toList();
    }

    private static PostriderException failureOf(Uni<?> uni) {
        return catchThrowableOfType(PostriderException.class, () -> uni.await().atMost(LONG));
    }

    private static <T> List<T> all(List<CompletableFuture<T>> futures) {
        return futures.stream().map(CompletableFuture::join).toList();
    }

    @Nested
    class One {
        @Test
        void completesWithTheIdOnceItIsStored() {
            String id = client.publish("work", message(1)).await().atMost(LONG);

            assertThat(id).isEqualTo("m-1");
            assertThat(broker.stored("work")).isEqualTo(1);
        }

        @Test
        void isNotSentBeforeSomebodySubscribes() {
            Uni<String> publish = client.publish("work", message(1));
            client.publish("work", message(2)).await().atMost(LONG);
            assertThat(broker.stored("work")).isEqualTo(1);

            publish.await().atMost(LONG);
            assertThat(broker.stored("work")).isEqualTo(2);
        }

        @Test
        void toAnUnknownQueueFails() {
            assertThat(failureOf(client.publish("nowhere", message(1))).code()).isEqualTo("queue-not-found");
        }

        @Test
        void keepsItsBytesWhateverTheyClaimToBe() {
            byte[] almostJson = {'{', 0, (byte) 0xff};
            client.publish("work", OutgoingMessage.bytes(almostJson, "application/json"))
                    .await()
                    .atMost(LONG);

            ReceivedMessage received =
                    client.receive("work", 1, LONG, null).await().atMost(LONG).get(0);
            assertThat(received.bytes()).isEqualTo(almostJson);
            assertThat(received.contentType()).isEqualTo("application/json");
        }

        @Test
        void ofAMebibyteGoesThroughInFrames() {
            String text = "ü".repeat(1 << 19);
            client.publish("work", OutgoingMessage.text(text)).await().atMost(LONG);

            assertThat(client.receive("work", 1, LONG, null)
                            .await()
                            .atMost(LONG)
                            .get(0)
                            .text())
                    .isEqualTo(text);
        }
    }

    @Nested
    class Many {
        @Test
        void shareFramesWhileOthersAreOnTheirWay() {
            List<CompletableFuture<String>> publishes = publish(5_000);

            assertThat(new HashSet<>(all(publishes))).hasSize(5_000);
            assertThat(broker.publishFrames()).hasSizeLessThan(500).allMatch(size -> size <= 5_000);
        }

        @Test
        void keepTheirOrderWhenTheyWereSentInTurn() {
            all(publish(2_000));

            List<Integer> received = new ArrayList<>();
            while (received.size() < 2_000) {
                client.receive("work", 1_000, LONG, null)
                        .await()
                        .atMost(LONG)
                        .forEach(message ->
                                received.add((Integer) message.json(Map.class).get("n")));
            }
            assertThat(received).isSorted();
        }

        @Test
        void oneBadMessageDoesNotHarmItsCompany() {
            List<CompletableFuture<String>> before = publish(20);
            CompletableFuture<String> bad =
                    client.publish("work", message(-1).withKey("")).subscribeAsCompletionStage();
            List<CompletableFuture<String>> after = publish(20);

            assertThat(all(before)).hasSize(20);
            assertThat(all(after)).hasSize(20);
            assertThat(bad).failsWithin(LONG).withThrowableThat().withMessageContaining("invalid-request");
            assertThat(broker.stored("work")).isEqualTo(40);
        }

        @Test
        void beyondTheWindowWaitAndBeyondTheBacklogFail() {
            reconnectAs(builder().publishWindow(10, 1 << 20).publishBacklog(25, 1 << 20));
            broker.holdPublishAnswers(true);

            List<CompletableFuture<String>> publishes = publish(30);

            assertThat(publishes.get(25)).failsWithin(LONG).withThrowableThat().withMessageContaining("overloaded");
            Eventually.until("the window is full", () -> sum(broker.publishFrames()) == 10);
            assertThat(Eventually.throughout(Duration.ofMillis(100), () -> sum(broker.publishFrames()) == 10))
                    .isTrue();
            broker.holdPublishAnswers(false);
            assertThat(all(publishes.subList(0, 25))).hasSize(25);
        }

        @Test
        void togetherAreStoredAllOrNone() {
            List<OutgoingMessage> good = List.of(message(1), message(2), message(3));
            assertThat(client.publishAll("work", good).await().atMost(LONG)).containsExactly("m-1", "m-2", "m-3");

            List<OutgoingMessage> bad = List.of(message(4), message(5).withKey(""));
            assertThat(failureOf(client.publishAll("work", bad)).code()).isEqualTo("invalid-request");
            assertThat(broker.stored("work")).isEqualTo(3);
        }

        @Test
        void noneAtAllNeedNoBroker() {
            assertThat(client.publishAll("work", List.of()).await().atMost(LONG))
                    .isEmpty();
        }
    }

    @Nested
    class Refused {
        @Test
        void forNowIsTriedAgain() {
            broker.refuseNextPublish(ProblemCode.QUEUE_FULL);
            broker.refuseNextPublish(ProblemCode.OVERLOADED);

            assertThat(client.publish("work", message(1)).await().atMost(LONG)).isEqualTo("m-1");
            assertThat(broker.publishFrames()).hasSize(3);
        }

        @Test
        void untilTheDeadlineFailsWithTheRefusal() {
            reconnectAs(builder().publishDeadline(Duration.ofMillis(300)));
            client.putQueue("full", QueueOptions.defaults().withMaxMessages(0))
                    .await()
                    .atMost(LONG);

            assertThat(failureOf(client.publish("full", message(1))).code()).isEqualTo("queue-full");
        }

        @Test
        void aNearlyFullQueueTakesWhatFits() {
            client.putQueue("small", QueueOptions.defaults().withMaxMessages(3))
                    .await()
                    .atMost(LONG);
            reconnectAs(builder().publishDeadline(Duration.ofSeconds(2)));

            List<CompletableFuture<String>> publishes = IntStream.range(0, 8)
                    .mapToObj(n -> client.publish("small", message(n)).subscribeAsCompletionStage())
                    .toList();

            Eventually.until("the queue is full", () -> broker.stored("small") == 3);
            publishes.forEach(publish -> publish.handle((id, failure) -> id).join());
            assertThat(publishes.stream().filter(CompletableFuture::isCompletedExceptionally))
                    .hasSize(5);
        }

        @Test
        void becauseTheOutcomeIsUnknownIsRepeatedOnlyWithAKey() {
            broker.refuseNextPublish(ProblemCode.UNAVAILABLE);
            PostriderException failure = failureOf(client.publish("work", message(1)));
            assertThat(failure.code()).isEqualTo("unavailable");
            assertThat(failure.isOutcomeUnknown()).isTrue();

            broker.refuseNextPublish(ProblemCode.UNAVAILABLE);
            assertThat(client.publish("work", message(1).withId("one")).await().atMost(LONG))
                    .isEqualTo("one");
        }

        @Test
        void withoutTheRightKeyFailsAtOnce() {
            broker.requireApiKey("secret");
            assertThat(failureOf(client.publish("work", message(1))).code()).isEqualTo("unauthorized");

            reconnectAs(builder().apiKey("secret"));
            assertThat(client.publish("work", message(1)).await().atMost(LONG)).isEqualTo("m-1");
        }
    }

    @Nested
    class LostConnection {
        @Test
        void repeatsWhatHasADeduplicationKeyAndStoresItOnce() {
            broker.cutAfterNextPublish();

            String id = client.publish("work", message(1).withDeduplicationKey("k"))
                    .await()
                    .atMost(LONG);

            assertThat(id).isEqualTo("m-1");
            assertThat(broker.publishFrames()).hasSize(2);
            assertThat(broker.stored("work")).isEqualTo(1);
        }

        @Test
        void leavesTheOutcomeUnknownWithoutAKey() {
            broker.cutAfterNextPublish();

            PostriderException failure = failureOf(client.publish("work", message(1)));

            assertThat(failure.code()).isEqualTo("unavailable");
            assertThat(failure.isOutcomeUnknown()).isTrue();
            assertThat(client.publish("work", message(2)).await().atMost(LONG)).isEqualTo("m-2");
        }

        @Test
        void repeatsEverythingWhenAskedToAndStoresItOnce() {
            reconnectAs(builder().idempotentRetries(true));
            broker.cutAfterNextPublish();

            List<String> ids = all(publish(100));

            assertThat(new HashSet<>(ids)).hasSize(100);
            assertThat(broker.stored("work")).isEqualTo(100);
        }

        @Test
        void whileTheBrokerIsAwayWhatWasNotSentWaits() {
            client.publish("work", message(1)).await().atMost(LONG);
            broker.stop();
            CompletableFuture<String> publish = client.publish("work", message(2))
                    .onFailure()
                    .retry()
                    .atMost(1)
                    .subscribeAsCompletionStage();
            assertThat(Eventually.throughout(Duration.ofMillis(50), () -> !publish.isDone()))
                    .isTrue();
            broker.restart();

            assertThat(publish).succeedsWithin(LONG).isEqualTo("m-2");
        }

        @Test
        void forLongerThanTheDeadlineFails() {
            reconnectAs(builder().publishDeadline(Duration.ofMillis(200)));
            broker.stop();

            PostriderException failure = failureOf(client.publish("work", message(1)));

            assertThat(failure.code()).isEqualTo("unavailable");
            assertThat(failure.isOutcomeUnknown()).isFalse();
        }

        @Test
        void withoutAWordIsNoticedByTheHeartbeat() {
            reconnectAs(builder().heartbeat(Duration.ofMillis(100)));
            client.publish("work", message(1)).await().atMost(LONG);
            broker.freezeConnections();
            CompletableFuture<String> publish =
                    client.publish("work", message(2).withId("two")).subscribeAsCompletionStage();

            assertThat(publish).succeedsWithin(LONG).isEqualTo("two");
            assertThat(broker.stored("work")).isEqualTo(2);
        }
    }

    @Nested
    class Close {
        @Test
        void waitsForWhatIsOnItsWay() {
            List<CompletableFuture<String>> publishes = publish(1_000);
            client.close();

            assertThat(publishes).allMatch(CompletableFuture::isDone);
            assertThat(all(publishes)).hasSize(1_000);
        }

        @Test
        void failsWhatNobodyAnswers() {
            broker.holdPublishAnswers(true);
            CompletableFuture<String> publish = publish(1).get(0);
            Eventually.until("it is sent", () -> broker.publishFrames().size() == 1);
            client.stop(Duration.ofMillis(50)).await().atMost(LONG);

            assertThat(publish).failsWithin(LONG).withThrowableThat().withMessageContaining("unavailable");
        }

        @Test
        void doesNotWaitForAPeerThatIsGone() {
            client.publish("work", message(1)).await().atMost(LONG);
            broker.freezeConnections();
            CompletableFuture<String> publish = publish(1).get(0);

            client.stop(Duration.ofMillis(50)).await().atMost(Duration.ofSeconds(5));
            assertThat(publish).isCompletedExceptionally();
        }

        @Test
        void refusesWhatComesAfterwards() {
            client.close();
            client.close();

            assertThat(failureOf(client.publish("work", message(1))).code()).isEqualTo("unavailable");
        }
    }

    private static int sum(List<Integer> sizes) {
        return sizes.stream().mapToInt(Integer::intValue).sum();
    }
}
