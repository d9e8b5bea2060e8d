package dev.postrider.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postrider.testbroker.Eventually;
import dev.postrider.testbroker.InMemoryBroker;
import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SeveralBrokersTest {
    private static final Duration LONG = Duration.ofSeconds(10);

    private final InMemoryBroker first = InMemoryBroker.started();
    private final InMemoryBroker second = first.replica();
    private final List<InMemoryBroker> both = List.of(first, second);
    private PostriderClient client = builder().build();

    /** What the client speaks. */
    WireProtocol protocol() {
        return WireProtocol.BINARY;
    }

    @BeforeEach
    void createQueue() {
        first.createQueue("work");
    }

    @AfterEach
    void close() {
        client.close();
        both.forEach(InMemoryBroker::close);
    }

    private ClientBuilder builder() {
        return PostriderClient.builder()
                .wireProtocol(protocol())
                .brokers(first.url(), second.url())
                .reconnectBackoff(Duration.ofMillis(10), Duration.ofMillis(100));
    }

    /** With a key, since a connection that breaks without a word leaves a publish in doubt. */
    private String publish(String text) {
        return client.publish("work", OutgoingMessage.text(text).withDeduplicationKey(text))
                .await()
                .atMost(LONG);
    }

    private AssertSubscriber<ReceivedMessage> subscribe(long demand) {
        return client.subscribe("work", SubscribeOptions.defaults())
                .subscribe()
                .withSubscriber(AssertSubscriber.create(demand));
    }

    private static ReceivedMessage firstOf(AssertSubscriber<ReceivedMessage> subscriber) {
        Eventually.until("a message", () -> !subscriber.getItems().isEmpty());
        return subscriber.getItems().get(0);
    }

    /** The broker that the client is connected to. */
    private InMemoryBroker used() {
        Eventually.until("connected to one", () -> first.openConnections() + second.openConnections() == 1);
        return first.openConnections() == 1 ? first : second;
    }

    private InMemoryBroker other() {
        return used() == first ? second : first;
    }

    @Nested
    class Choice {
        @Test
        void isOneOfThem() {
            publish("a");
            publish("b");

            assertThat(first.connections() + second.connections()).isEqualTo(1);
        }

        @Test
        void isNotTheSameForAllClients() {
            List<PostriderClient> clients = new ArrayList<>();
            Eventually.until("both are used", () -> {
                PostriderClient another = builder().build();
                clients.add(another);
                another.publish("work", OutgoingMessage.text("x")).await().atMost(LONG);
                return both.stream().allMatch(broker -> broker.openConnections() > 0);
            });
            clients.forEach(PostriderClient::close);
        }

        @Test
        void ofNoneAtAllIsRefused() {
            assertThatThrownBy(() -> PostriderClient.builder().build()).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> PostriderClient.builder().brokers(List.of()))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> PostriderClient.builder().brokers(first.url(), URI.create("ftp://x")))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Nested
    class OneThatDies {
        @Test
        void isReplacedWithoutWaitingForIt() {
            client.close();
            client = builder()
                    .reconnectBackoff(Duration.ofMinutes(1), Duration.ofMinutes(1))
                    .build();
            publish("a");
            used().stop();

            publish("b");
            assertThat(first.stored("work")).isEqualTo(2);
        }

        @Test
        void getsItsUnansweredPublishesRepeatedElsewhere() {
            publish("a");
            InMemoryBroker dying = used();
            dying.holdPublishAnswers(true);
            CompletableFuture<String> publish = client.publish(
                            "work", OutgoingMessage.text("b").withDeduplicationKey("k"))
                    .subscribeAsCompletionStage();
            Eventually.until("stored", () -> first.stored("work") == 2);
            dying.stop();

            assertThat(publish).succeedsWithin(LONG).isEqualTo("m-2");
            assertThat(first.stored("work")).isEqualTo(2);
        }

        @Test
        void leavesItsSubscribersToAnother() {
            AssertSubscriber<ReceivedMessage> subscriber = subscribe(2);
            publish("a");
            firstOf(subscriber).ack().await().atMost(LONG);
            used().stop();
            publish("b");

            Eventually.until("both", () -> subscriber.getItems().size() == 2);
        }

        @Test
        void isTriedAgainWhenTheOthersAreGoneToo() {
            publish("a");
            InMemoryBroker original = used();
            original.stop();
            publish("b");
            used().stop();
            original.restart();

            publish("c");
        }

        @Test
        void failsNoCallOverHttp() {
            both.get(0).stop();
            assertThat(client.queue("work").await().atMost(LONG).name()).isEqualTo("work");
            both.get(0).restart();
            both.get(1).stop();
            assertThat(client.queue("work").await().atMost(LONG).name()).isEqualTo("work");
            client.pause("work").await().atMost(LONG);
            client.resume("work").await().atMost(LONG);
            assertThat(client.purge("work").await().atMost(LONG)).isZero();
        }
    }

    @Nested
    class Settling {
        @Test
        void ofWhatALostConnectionBroughtGoesOverTheNext() {
            client.close();
            client = builder().heartbeat(Duration.ofMillis(100)).build();
            publish("a");
            ReceivedMessage message = firstOf(subscribe(1));
            InMemoryBroker silent = used();
            InMemoryBroker next = other();
            silent.freezeConnections();
            Eventually.until("connected to the other", () -> next.openConnections() == 1);

            message.ack().await().atMost(LONG);
            assertThat(next.settleFrames()).isNotEmpty();
        }

        @Test
        void withoutAConnectionWaitsForOne() {
            publish("a");
            ReceivedMessage message = firstOf(subscribe(1));
            both.forEach(InMemoryBroker::stop);
            CompletableFuture<Void> ack = message.ack().subscribeAsCompletionStage();
            assertThat(Eventually.throughout(Duration.ofMillis(100), () -> !ack.isDone()))
                    .isTrue();
            second.restart();

            // It went back when its connection broke; whoever takes it next settles it.
            assertThat(ack).failsWithin(LONG).withThrowableThat().withMessageContaining("receipt-expired");
        }

        @Test
        void ofALongPollGoesToWhoeverIsThere() {
            publish("a");
            publish("b");
            List<ReceivedMessage> messages =
                    client.receive("work", 2, LONG, null).await().atMost(LONG);
            first.stop();
            messages.get(0).ack().await().atMost(LONG);
            first.restart();
            second.stop();
            messages.get(1).ack().await().atMost(LONG);

            assertThat(first.stored("work")).isZero();
        }

        @Test
        void thatWaitsFailsWhenTheClientIsClosed() {
            publish("a");
            ReceivedMessage message = firstOf(subscribe(1));
            both.forEach(InMemoryBroker::stop);
            CompletableFuture<Void> ack = message.ack().subscribeAsCompletionStage();
            client.stop(Duration.ofMillis(50)).await().atMost(LONG);

            assertThat(ack).failsWithin(LONG).withThrowableThat().withMessageContaining("unavailable");
        }
    }

    @Nested
    class RollingRestart {
        private final Set<String> acked = ConcurrentHashMap.newKeySet();
        private final AtomicBoolean going = new AtomicBoolean(true);

        @Test
        void failsNothingAndDoublesNothing() {
            var consumer = client.subscribe("work", SubscribeOptions.defaults())
                    .subscribe()
                    .with(
                            message -> message.ack().subscribe().with(done -> acked.add(message.text()), failure -> {}),
                            failure -> {});
            CompletableFuture<List<String>> load = CompletableFuture.supplyAsync(this::publishUntilTheEnd);
            for (InMemoryBroker broker : List.of(first, second, first, second)) {
                Eventually.until("some more", new More(acked, 50)::reached);
                broker.stopInOrder();
                Eventually.until("some more", new More(acked, 50)::reached);
                broker.restart();
            }
            going.set(false);
            List<String> ids =
                    load.orTimeout(10, java.util.concurrent.TimeUnit.SECONDS).join();

            Eventually.until("all are settled", () -> first.stored("work") == 0);
            assertThat(new HashSet<>(ids)).hasSameSizeAs(ids);
            assertThat(first.acked("work")).isEqualTo(ids.size());
            consumer.cancel();
        }

        /** None of them has a key: a broker that stops in order leaves no doubt about any. */
        private List<String> publishUntilTheEnd() {
            List<String> ids = new ArrayList<>();
            while (going.get()) {
                List<CompletableFuture<String>> some = new ArrayList<>();
                for (int i = 0; i < 10; i++) {
                    some.add(client.publish("work", OutgoingMessage.text("t-" + ids.size() + "-" + i))
                            .subscribeAsCompletionStage());
                }
                some.forEach(publish -> ids.add(publish.join()));
            }
            return ids;
        }
    }

    /** Waits for a set to grow. */
    private record More(Set<String> set, int enough) {
        private More(Set<String> set, int enough) {
            this.set = set;
            this.enough = set.size() + enough;
        }

        boolean reached() {
            return set.size() >= enough;
        }
    }
}
