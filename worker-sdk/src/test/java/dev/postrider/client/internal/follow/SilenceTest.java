package dev.postrider.client.internal.follow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.postrider.client.FollowOptions;
import dev.postrider.client.OutgoingMessage;
import dev.postrider.client.PostriderClient;
import dev.postrider.client.TopicEvent;
import dev.postrider.client.internal.session.Delivered;
import dev.postrider.client.internal.session.EventLoop;
import dev.postrider.client.internal.session.LinkTiming;
import dev.postrider.client.internal.wire.BrokerChoice;
import dev.postrider.client.internal.wire.Endpoint;
import dev.postrider.testbroker.Eventually;
import dev.postrider.testbroker.InMemoryBroker;
import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A broker from which nothing comes: it is gone, or nobody reads. */
class SilenceTest {
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final Duration SILENCE = Duration.ofMillis(400);
    private static final Duration LONGER_THAN_SILENCE = Duration.ofMillis(900);
    private static final LinkTiming TIMING =
            new LinkTiming(Duration.ofSeconds(15), Duration.ofMillis(10), Duration.ofMillis(100));

    private final InMemoryBroker broker = InMemoryBroker.started();
    private final PostriderClient publisher =
            PostriderClient.builder().url(broker.url()).build();
    private final Vertx vertx = Vertx.vertx();
    private final TopicStreams streams = streams();

    private TopicStreams streams() {
        ObjectMapper mapper = new ObjectMapper();
        EventLoop loop = new EventLoop();
        loop.deploy(vertx).toCompletionStage().toCompletableFuture().join();
        BrokerChoice choice = new BrokerChoice(List.of(new Endpoint(broker.url(), null)));
        return new TopicStreams(
                vertx, loop, choice, 1_000, TIMING, message -> new Delivered(message, mapper, null), SILENCE);
    }

    @BeforeEach
    void declareTopic() {
        publisher.declareTopic("orders", Duration.ofHours(1)).await().atMost(LONG);
    }

    @AfterEach
    void close() {
        publisher.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
        broker.close();
    }

    private AssertSubscriber<TopicEvent> follow(long demand) {
        AssertSubscriber<TopicEvent> subscriber = streams.follow("orders", FollowOptions.defaults())
                .subscribe()
                .withSubscriber(AssertSubscriber.create(demand));
        Eventually.until("it is followed", () -> broker.openStreams() == 1);
        return subscriber;
    }

    private void publish(String text) {
        publisher
                .publishToTopic("orders", OutgoingMessage.text(text).withId(text))
                .await()
                .atMost(LONG);
    }

    @Test
    void ofAConnectionThatGoesDeadEndsItAndAnotherGoesOn() {
        AssertSubscriber<TopicEvent> subscriber = follow(10);
        broker.freezeConnections();
        try (PostriderClient other = PostriderClient.builder().url(broker.url()).build()) {
            other.publishToTopic("orders", OutgoingMessage.text("a")).await().atMost(LONG);
        }

        Eventually.until("the message", () -> !subscriber.getItems().isEmpty());
        assertThat(broker.streamPositions()).hasSizeGreaterThan(1);
    }

    @Test
    void isBrokenByCommentsThatSayNothing() {
        follow(10);

        assertThat(Eventually.throughout(
                        LONGER_THAN_SILENCE, () -> broker.streamPositions().size() == 1))
                .isTrue();
    }

    @Test
    void ofASubscriberWhoWantsNothingIsNotTheBrokers() {
        AssertSubscriber<TopicEvent> subscriber = follow(1);
        publish("a");
        Eventually.until("the first", () -> subscriber.getItems().size() == 1);
        publish("b");

        assertThat(Eventually.throughout(
                        LONGER_THAN_SILENCE, () -> broker.streamPositions().size() == 1))
                .isTrue();
        subscriber.request(1);
        Eventually.until("the second", () -> subscriber.getItems().size() == 2);
        assertThat(broker.streamPositions()).hasSize(1);
    }
}
