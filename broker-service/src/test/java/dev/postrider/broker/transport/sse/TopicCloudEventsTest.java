package dev.postrider.broker.transport.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.dispatch.Broker;
import dev.postrider.broker.dispatch.Topics;
import dev.postrider.broker.store.Await;
import dev.postrider.broker.transport.BrokerDatabase;
import dev.postrider.broker.transport.TestTopics;
import dev.postrider.broker.transport.http.Api;
import dev.postrider.protocol.TextDuration;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.jackson.JsonFormat;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A topic's stream and the CloudEvents SDK for Java. */
@QuarkusTest
@QuarkusTestResource(BrokerDatabase.class)
@Timeout(120)
class TopicCloudEventsTest {
    private static final JsonFormat JSON = new JsonFormat();
    private static final CloudEvent ORDER = CloudEventBuilder.v1()
            .withId("order-1")
            .withSource(URI.create("/shop/eu"))
            .withType("order.created")
            .withSubject("Köln 😀")
            .withTime(OffsetDateTime.parse("2026-11-22T10:00:00Z"))
            .withExtension("comexampleext", "x")
            .withData("application/json", "{\"total\":99.5}".getBytes(StandardCharsets.UTF_8))
            .build();

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
    void anEventThatIsPublishedIsFollowedAsTheSame() throws IOException {
        try (StreamClient client = open("?format=cloudevents", "")) {
            publish(ORDER);

            StreamClient.Event told = client.next("message");

            assertThat(told.id()).isNotBlank();
            CloudEvent event = eventOf(told);
            assertThat(event.getExtension("postridertopic")).isEqualTo(topic);
            assertThat(event.getExtensionNames()).doesNotContain("postriderqueue", "postriderreceipt");
            assertThat(withoutOurs(event)).isEqualTo(withoutOurs(ORDER));
            assertThat(new JsonObject(dataOf(event))).isEqualTo(new JsonObject("{\"total\":99.5}"));
        }
    }

    @Test
    void aMessageThatIsNoEventHasTheTopicForASource() throws IOException {
        try (StreamClient client = open("?format=cloudevents", "")) {
            test.publish(topic, List.of("hello"));

            CloudEvent event = eventOf(client.next("message"));

            assertThat(event.getSource()).hasToString("/v1/topics/" + topic);
            assertThat(event.getType()).isEqualTo("dev.postrider.message");
            assertThat(event.getTime()).isNotNull();
            assertThat(dataOf(event)).isEqualTo("hello");
        }
    }

    @Test
    void theFilterAndThePositionMeanWhatTheyMeanWithoutIt() throws IOException {
        Await.result(topics.put(topic, TextDuration.parse("retention", "1h")));
        publish(ORDER);
        publish(CloudEventBuilder.v1(ORDER)
                .withId("order-2")
                .withType("order.cancelled")
                .build());
        publish(CloudEventBuilder.v1(ORDER).withId("order-3").build());
        String query = "?format=cloudevents&from=1970-01-01T00:00:00Z&filter=type%20%3D%20%27order.created%27";
        String position;
        try (StreamClient client = open(query, "")) {
            assertThat(client.next("gap").json().fieldNames()).containsExactly("from", "to");
            StreamClient.Event first = client.next("message");
            position = first.id();
            assertThat(eventOf(first).getId()).isEqualTo("order-1");
        }

        try (StreamClient client = open(query, "Last-Event-ID: " + position + "\r\n")) {
            assertThat(eventOf(client.next("message")).getId()).isEqualTo("order-3");
        }
    }

    private void publish(CloudEvent event) {
        Response stored = Api.post(
                "/v1/topics/" + topic + "/messages",
                "application/cloudevents+json",
                new String(JSON.serialize(event), StandardCharsets.UTF_8));
        assertThat(stored.statusCode()).as(stored.asString()).isEqualTo(201);
    }

    private StreamClient open(String query, String headerLines) throws IOException {
        return StreamClient.request(
                address.getPort(),
                "GET",
                "/v1/topics/" + topic + "/stream" + query,
                "Accept: text/event-stream\r\n" + headerLines);
    }

    private static CloudEvent eventOf(StreamClient.Event told) {
        return JSON.deserialize(told.data().getBytes(StandardCharsets.UTF_8));
    }

    private static String dataOf(CloudEvent event) {
        return new String(Objects.requireNonNull(event.getData()).toBytes(), StandardCharsets.UTF_8);
    }

    /** Without the data, too, which the SDK compares by how it was written. */
    private static CloudEvent withoutOurs(CloudEvent event) {
        return CloudEventBuilder.v1(event)
                .withoutExtension("postridertopic")
                .withoutExtension("postriderattempt")
                .withoutData()
                .withDataContentType("application/json")
                .build();
    }
}
