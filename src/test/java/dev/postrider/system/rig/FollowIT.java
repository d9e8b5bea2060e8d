package dev.postrider.system.rig;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.client.FollowOptions;
import dev.postrider.client.OutgoingMessage;
import dev.postrider.client.PostriderClient;
import dev.postrider.client.PostriderException;
import dev.postrider.client.TopicEvent;
import dev.postrider.system.process.BrokerProcess;
import dev.postrider.system.process.Eventually;
import dev.postrider.system.process.RunningPrograms;
import io.smallrye.mutiny.subscription.Cancellable;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The worker SDK follows topics of the packaged broker. */
class FollowIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    @RegisterExtension
    private static final RunningPrograms PROGRAMS = new RunningPrograms();

    private static BrokerProcess broker;
    private static Proxy proxy;
    private static PostriderClient client;
    private static PostriderClient publisher;

    @BeforeAll
    static void start() {
        broker = PROGRAMS.broker();
        broker.start();
        proxy = PROGRAMS.closing(new Proxy(broker.port()));
        client = PostriderClient.builder()
                .url(URI.create("http://" + proxy.address()))
                .build();
        publisher = PostriderClient.builder()
                .url(broker.uri(""))
                .idempotentRetries(true)
                .build();
    }

    @AfterAll
    static void close() {
        client.close();
        publisher.close();
    }

    private static void publish(String topic, String text) {
        publisher.publishToTopic(topic, OutgoingMessage.text(text)).await().atMost(SOON);
    }

    private static String text(TopicEvent event) {
        return event instanceof TopicEvent.Message message ? message.message().text() : "gap";
    }

    @Test
    void aTopicThatRetainsIsFollowedThroughCutsAndKillsWithoutLossOrRepeats() {
        publisher.declareTopic("orders", Duration.ofHours(1)).await().atMost(SOON);
        List<String> seen = new CopyOnWriteArrayList<>();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        publish("orders", "m-0");
        Cancellable following = client.followTopic(
                        "orders",
                        FollowOptions.defaults().withFrom(Instant.now().minusSeconds(60)))
                .filter(event -> event instanceof TopicEvent.Message)
                .subscribe()
                .with(event -> seen.add(text(event)), failure::set);
        List<String> sent = new ArrayList<>(List.of("m-0"));
        for (int i = 1; i <= 600; i++) {
            publish("orders", "m-" + i);
            sent.add("m-" + i);
            if (i % 100 == 50) {
                int before = i;
                Eventually.that("it keeps up", SOON, () -> seen.size() > before / 2);
                proxy.cut();
                proxy.heal();
            }
            if (i == 300) {
                broker.kill();
                broker.start();
            }
        }
        Eventually.that("all came: " + seen.size(), SOON, () -> seen.size() >= sent.size());
        assertThat(seen).isEqualTo(sent);
        assertThat(failure.get()).isNull();
        following.cancel();
    }

    @Test
    void aGapIsTold() {
        publisher.declareTopic("gaps", Duration.ofHours(1)).await().atMost(SOON);
        publish("gaps", "a");
        List<TopicEvent> events = client.followTopic(
                        "gaps", FollowOptions.defaults().withFrom(Instant.parse("2020-01-01T00:00:00Z")))
                .select()
                .first(2)
                .collect()
                .asList()
                .await()
                .atMost(SOON);
        assertThat(events.get(0)).isInstanceOf(TopicEvent.Gap.class);
        assertThat(text(events.get(1))).isEqualTo("a");
        assertThat(events.get(1).position()).isNotBlank();
        publish("gaps", "b");
        assertThat(text(client.followTopic(
                                "gaps",
                                FollowOptions.defaults()
                                        .withPosition(events.get(1).position()))
                        .toUni()
                        .await()
                        .atMost(SOON)))
                .isEqualTo("b");
    }

    @Test
    void aDeletedTopicFails() {
        publisher.declareTopic("deleted").await().atMost(SOON);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        List<String> seen = new CopyOnWriteArrayList<>();
        client.followTopic("deleted", FollowOptions.defaults())
                .subscribe()
                .with(event -> seen.add(text(event)), failure::set);
        Eventually.that("it is followed", SOON, () -> {
            publish("deleted", "x");
            return !seen.isEmpty();
        });
        publisher.deleteTopic("deleted").await().atMost(SOON);
        Eventually.that("it fails", SOON, () -> failure.get() != null);
        assertThat(((PostriderException) failure.get()).code()).isEqualTo("topic-not-found");
    }
}
