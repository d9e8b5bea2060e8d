package dev.postrider.broker.transport.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.dispatch.Broker;
import dev.postrider.broker.dispatch.Topics;
import dev.postrider.broker.store.Await;
import dev.postrider.broker.transport.BrokerDatabase;
import dev.postrider.broker.transport.TestTopics;
import dev.postrider.broker.transport.sse.StreamClient.Event;
import dev.postrider.protocol.TextDuration;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(BrokerDatabase.class)
@Timeout(120)
class TopicStreamsTest {
    private static final String EVENTS = "Accept: text/event-stream\r\n";

    @Inject
    TestTopics test;

    @Inject
    Topics topics;

    @Inject
    Broker broker;

    @TestHTTPResource
    URI address;

    private String topic;

    @BeforeEach
    void makeTopic() {
        Await.until(broker::isOpen, open -> open);
        topic = test.createWith();
    }

    @Test
    void whatIsPublishedAfterItsFirstBytesComesInOrderAndNothingFromBefore() throws IOException {
        test.publish(topic, List.of("before"));
        try (StreamClient client = open("", "")) {
            assertThat(client.status()).contains(" 200 ");
            assertThat(client.headers()).contains("content-type: text/event-stream", "cache-control: no-store");
            List<String> texts =
                    IntStream.range(0, 50).mapToObj(Integer::toString).toList();
            texts.forEach(text -> test.publish(topic, List.of(text)));

            Event first = client.next();
            assertThat(first.retry()).isEqualTo("2000");
            assertThat(first.id()).isNotBlank();
            for (String text : texts) {
                assertThat(text(client.next())).isEqualTo(text);
            }
        }
    }

    @Test
    void aMessageIsAsEverywhereButForReceiptAndQueue() throws IOException {
        try (StreamClient client = open("", "")) {
            test.publish(topic, List.of("a"));

            Event event = client.next("message");

            assertThat(event.id()).isNotBlank();
            assertThat(event.json().fieldNames())
                    .containsExactly(
                            "id",
                            "queue",
                            "topic",
                            "key",
                            "priority",
                            "attempt",
                            "publishedAt",
                            "expiresAt",
                            "contentType",
                            "headers",
                            "text");
            assertThat(event.json().getString("topic")).isEqualTo(topic);
            assertThat(event.json().getString("queue")).isNull();
        }
    }

    @Test
    void everyClientGetsAllThatItsFilterHoldsFor() throws IOException {
        try (StreamClient all = open("", "");
                StreamClient some = open("?filter=priority%20%3C%205", "");
                StreamClient none = open("?filter=priority%20%3D%209", "")) {
            test.publish(topic, List.of("a", "b"));

            for (StreamClient client : List.of(all, some)) {
                assertThat(text(client.next("message"))).isEqualTo("a");
                assertThat(text(client.next("message"))).isEqualTo("b");
            }
            none.next();
            assertThat(none.isSilentFor(300)).isTrue();
        }
    }

    @Test
    void aClientThatComesBackGetsEachMessageThatIsRetainedOnce() throws IOException {
        retain("1h");
        String id;
        try (StreamClient client = open("", "")) {
            test.publish(topic, List.of("a", "b", "c"));
            assertThat(text(client.next("message"))).isEqualTo("a");
            id = client.next("message").id();
        }
        test.publish(topic, List.of("d"));

        try (StreamClient client = open("?from=1970-01-01T00:00:00Z", "Last-Event-ID: " + id + "\r\n")) {
            test.publish(topic, List.of("e"));
            client.next();
            for (String text : List.of("c", "d", "e")) {
                Event event = client.next();
                assertThat(event.event()).isEqualTo("message");
                assertThat(text(event)).isEqualTo(text);
            }
        }
    }

    @Test
    void aClientThatGotNothingYetGoesOnFromTheFirstId() throws IOException {
        retain("1h");
        String id;
        try (StreamClient client = open("", "")) {
            id = client.next().id();
        }
        test.publish(topic, List.of("meanwhile"));

        try (StreamClient client = open("", "Last-Event-ID: " + id + "\r\n")) {
            client.next();
            assertThat(text(client.next())).isEqualTo("meanwhile");
        }
    }

    @Test
    void beginsWithWhatWasPublishedAtAnInstant() throws IOException {
        retain("1h");
        Instant before = Instant.now();
        test.publish(topic, List.of("a"));
        String from;
        try (StreamClient client = open("?from=" + before, "")) {
            from = client.next("message").json().getString("publishedAt");
        }
        String after = Instant.parse(from).plusMillis(1).toString();
        Await.until(System::currentTimeMillis, now -> now > Instant.parse(after).toEpochMilli());
        test.publish(topic, List.of("b"));

        try (StreamClient client = open("?from=" + from, "")) {
            client.next();
            assertThat(text(client.next("message"))).isEqualTo("a");
            assertThat(text(client.next("message"))).isEqualTo("b");
        }
        try (StreamClient client = open("?from=" + after, "")) {
            assertThat(text(client.next("message"))).isEqualTo("b");
        }
    }

    @Test
    void whoComesBackToATopicThatRetainsNothingIsToldOfTheGap() throws IOException {
        String id;
        try (StreamClient client = open("", "")) {
            test.publish(topic, List.of("a"));
            id = client.next("message").id();
        }
        Await.until(() -> Await.result(topics.get(topic)).topic().followed(), followed -> !followed);
        Instant left = Instant.now();
        test.publish(topic, List.of("missed"));

        try (StreamClient client = open("", "Last-Event-ID: " + id + "\r\n")) {
            client.next();
            Event gap = client.next();
            assertThat(gap.event()).isEqualTo("gap");
            assertThat(gap.id()).isNull();
            JsonObject data = gap.json();
            assertThat(data.fieldNames()).containsExactly("from", "to");
            assertThat(Instant.parse(data.getString("from"))).isBefore(left.plusMillis(1));
            assertThat(Instant.parse(data.getString("to"))).isAfter(left.minusMillis(2_000));
            test.publish(topic, List.of("b"));
            assertThat(text(client.next("message"))).isEqualTo("b");
        }
    }

    @Test
    void anInstantBeforeWhatIsRetainedIsAGap() throws IOException {
        retain("1h");
        test.publish(topic, List.of("a"));

        try (StreamClient client = open("?from=2020-01-01T00:00:00Z", "")) {
            client.next();
            Event gap = client.next();
            assertThat(gap.event()).isEqualTo("gap");
            assertThat(Instant.parse(gap.json().getString("from"))).isEqualTo("2020-01-01T00:00:00Z");
            assertThat(text(client.next())).isEqualTo("a");
        }
    }

    @Test
    void endsWithTheReasonWhenTheTopicIsDeleted() throws IOException {
        try (StreamClient client = open("", "")) {
            client.next();
            Await.result(topics.delete(topic));

            assertThat(client.next("error").json().getString("code")).isEqualTo("topic-not-found");
            assertThat(client.next()).isNull();
        }
    }

    @Test
    void muchIsReadAPieceAtATime() throws IOException {
        retain("1h");
        List<String> texts =
                IntStream.range(0, 300).mapToObj(i -> i + "x".repeat(20_000)).toList();
        for (int i = 0; i < 300; i += 30) {
            test.publish(topic, texts.subList(i, i + 30));
        }

        try (StreamClient client = open("?from=1970-01-01T00:00:00Z", "")) {
            for (String text : texts) {
                assertThat(text(client.next("message"))).isEqualTo(text);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /stream?filter=priority%20%3E, '', 400, invalid-request",
        "GET, /stream?from=yesterday, '', 400, invalid-request",
        "GET, /stream?from=2026-01-01T00:00:00Z&from=2026-01-01T00:00:00Z, '', 400, invalid-request",
        "GET, /stream?credit=5, '', 400, invalid-request",
        "GET, /stream?format=xml, '', 400, invalid-request",
        "GET, /stream?format=CloudEvents, '', 400, invalid-request",
        "GET, /stream?format=, '', 400, invalid-request",
        "GET, /stream?format=json&format=json, '', 400, invalid-request",
        "GET, /stream, 'Last-Event-ID: what', 400, invalid-request",
        "GET, /stream, 'Last-Event-ID: zzzzzzzzzzzz-zzzzzz-1', 400, invalid-request",
        "GET, /stream, 'Accept: application/json', 406, not-acceptable",
        "POST, /stream, '', 405, method-not-allowed",
    })
    void isRefusedWithAProblem(String method, String path, String header, int status, String code) throws IOException {
        String lines = header.isEmpty() ? "" : header + "\r\n";
        try (StreamClient client =
                StreamClient.request(address.getPort(), method, "/v1/topics/" + topic + path, lines)) {
            assertThat(client.status()).contains(" " + status + " ");
            assertThat(new JsonObject(client.body()).getString("code")).isEqualTo(code);
        }
    }

    @Test
    void headSaysWhatGetWould() throws IOException {
        try (StreamClient client =
                StreamClient.request(address.getPort(), "HEAD", "/v1/topics/" + topic + "/stream", EVENTS)) {
            assertThat(client.status()).contains(" 200 ");
            assertThat(client.headers()).contains("content-type: text/event-stream");
        }
        try (StreamClient client =
                StreamClient.request(address.getPort(), "HEAD", "/v1/topics/no-such-topic/stream", EVENTS)) {
            assertThat(client.status()).contains(" 404 ");
        }
    }

    private void retain(String retention) {
        Await.result(topics.put(topic, TextDuration.parse("retention", retention)));
    }

    private StreamClient open(String query, String headerLines) throws IOException {
        return StreamClient.request(
                address.getPort(), "GET", "/v1/topics/" + topic + "/stream" + query, EVENTS + headerLines);
    }

    private static String text(Event event) {
        return event.json().getString("text");
    }
}
