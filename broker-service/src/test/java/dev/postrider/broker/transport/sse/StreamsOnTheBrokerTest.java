package dev.postrider.broker.transport.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.postrider.broker.dispatch.Settler;
import dev.postrider.broker.transport.BrokerDatabase;
import dev.postrider.broker.transport.TestQueues;
import dev.postrider.broker.transport.TestTopics;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@QuarkusTest
@QuarkusTestResource(BrokerDatabase.class)
@Timeout(120)
class StreamsOnTheBrokerTest {
    @Inject
    TestQueues queues;

    @Inject
    TestTopics topics;

    @Inject
    Settler settler;

    @TestHTTPResource
    URI address;

    private int port;

    @BeforeEach
    void findPort() {
        port = address.getPort();
    }

    @Test
    void creditIsHowManyMessagesAreUnsettledAtATime() throws IOException {
        String queue = queues.createWith(20);
        try (StreamClient client = StreamClient.open(port, queue, "?credit=5")) {
            List<String> receipts = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                receipts.add(client.next("message").id());
            }
            await().during(Duration.ofMillis(500))
                    .until(() -> queues.stats(queue).inFlight() == 5);
            var unused = settler.ack(queue, receipts.subList(0, 3));
            for (int i = 0; i < 3; i++) {
                client.next("message");
            }
            await().during(Duration.ofMillis(500))
                    .until(() -> queues.stats(queue).inFlight() == 5);
            assertThat(queues.stats(queue).ready()).isEqualTo(12);
        }
    }

    @Test
    void noMoreOfAKeyAreStreamedThanMayBeInFlight() throws IOException {
        String queue = queues.createWithInFlightPerKey(2);
        queues.publishWithKey(queue, "ada", List.of("a", "a", "a", "a"));
        queues.publish(queue, List.of("b"));
        try (StreamClient client = StreamClient.open(port, queue, "?credit=50")) {
            List<String> receipts = new ArrayList<>();
            List<String> texts = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                StreamClient.Event event = client.next("message");
                texts.add(event.json().getString("text"));
                receipts.add(event.id());
            }
            assertThat(texts).containsExactlyInAnyOrder("a", "a", "b");
            await().during(Duration.ofMillis(300))
                    .until(() -> queues.stats(queue).inFlight() == 3);
            var unused = settler.ack(queue, receipts);
            assertThat(client.next("message").json().getString("text")).isEqualTo("a");
            assertThat(client.next("message").json().getString("text")).isEqualTo("a");
        }
    }

    @Test
    void whatIsPublishedToATopicComesFromItsQueues() throws IOException {
        String queue = queues.create();
        String topic = topics.createWith(queue);
        try (StreamClient client = StreamClient.open(port, queue, "?credit=5")) {
            topics.publish(topic, List.of("a", "b"));
            for (String text : List.of("a", "b")) {
                StreamClient.Event event = client.next("message");
                assertThat(event.json().getString("text")).isEqualTo(text);
                assertThat(event.json().getString("topic")).isEqualTo(topic);
            }
        }
    }

    @Test
    void aStreamOfCloudEventsHasOneInEachEvent() throws IOException {
        String queue = queues.createWith(1);
        try (StreamClient client = StreamClient.open(port, queue, "?format=cloudevents")) {
            StreamClient.Event event = client.next("message");
            assertThat(event.json().getString("specversion")).isEqualTo("1.0");
            assertThat(event.json().getString("source")).isEqualTo("/v1/queues/" + queue);
            assertThat(event.json().getString("postriderreceipt")).isEqualTo(event.id());
        }
    }

    @Test
    void messagesSettledOnceWrittenComeOnceEach() throws IOException {
        String queue = queues.createWith(3_000);
        try (StreamClient client = StreamClient.open(port, queue, "?credit=100&ack=auto")) {
            Set<String> texts = new HashSet<>();
            for (int i = 0; i < 3_000; i++) {
                assertThat(texts.add(client.next("message").json().getString("text")))
                        .isTrue();
            }
            await().until(() ->
                    queues.stats(queue).inFlight() == 0 && queues.stats(queue).ready() == 0);
        }
    }

    @Test
    void aKilledClientGivesItsMessagesBackLongBeforeTheirLeasesEnd() throws IOException {
        String queue = queues.createWith(50);
        try (StreamClient client = StreamClient.open(port, queue, "?credit=50");
                StreamClient other = StreamClient.open(port, queue, "?credit=50&ack=auto")) {
            client.next("message");
            client.kill();
            long killed = System.nanoTime();
            Set<String> ids = new HashSet<>();
            while (ids.size() < 50) {
                ids.add(other.next("message").json().getString("id"));
            }
            assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(Duration.ofSeconds(25));
        }
    }

    @Test
    void aDeletedQueueEndsItsStreamWithTheReason() throws IOException {
        String queue = queues.createWith(1);
        try (StreamClient client = StreamClient.open(port, queue, "")) {
            client.next("message");
            queues.delete(queue);
            assertThat(client.next("error").json().getString("code")).isEqualTo("queue-not-found");
            assertThat(client.next()).isNull();
        }
    }

    @Test
    void aStreamOfNothingIsNotFound() throws IOException {
        try (StreamClient client = StreamClient.open(port, "no-such-queue", "")) {
            assertThat(client.status()).contains(" 404 ");
            assertThat(client.body()).contains("\"code\":\"queue-not-found\"");
        }
    }

    @Test
    void headSaysWhatGetWouldAndTakesNothing() throws IOException {
        String queue = queues.createWith(1);
        try (StreamClient client = StreamClient.request(port, "HEAD", "/v1/queues/" + queue + "/stream", "")) {
            assertThat(client.status()).contains(" 200 ");
            assertThat(client.headers()).contains("content-type: text/event-stream");
        }
        try (StreamClient client = StreamClient.request(port, "HEAD", "/v1/queues/no-such-queue/stream", "")) {
            assertThat(client.status()).contains(" 404 ");
        }
        assertThat(queues.stats(queue).ready()).isEqualTo(1);
    }
}
