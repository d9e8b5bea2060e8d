package dev.postrider.broker.transport.http;

import static dev.postrider.broker.transport.http.Api.assertProblem;
import static dev.postrider.broker.transport.http.Api.newQueue;
import static dev.postrider.broker.transport.http.Api.post;
import static dev.postrider.broker.transport.http.Api.publish;
import static dev.postrider.broker.transport.http.Api.receive;
import static dev.postrider.broker.transport.http.Api.receiveOne;
import static dev.postrider.broker.transport.http.Api.request;
import static dev.postrider.broker.transport.http.Api.settle;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.transport.BrokerDatabase;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.core.message.MessageWriter;
import io.cloudevents.http.HttpMessageFactory;
import io.cloudevents.jackson.JsonFormat;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/** The broker and the CloudEvents SDK for Java. */
@QuarkusTest
@QuarkusTestResource(BrokerDatabase.class)
class CloudEventsTest {
    private static final JsonFormat JSON = new JsonFormat();
    private static final CloudEvent ORDER = CloudEventBuilder.v1()
            .withId("order-1")
            .withSource(URI.create("/shop/eu"))
            .withType("order.created")
            .withSubject("a \"quoted\" 100%")
            .withTime(OffsetDateTime.parse("2026-11-22T10:00:00Z"))
            .withExtension("comexampleext", "x")
            .withData("application/json", "{\"total\":99.5}".getBytes(StandardCharsets.UTF_8))
            .build();

    private static Response send(String queue, CloudEvent event, BiFunction<MessageWriter<?, ?>, CloudEvent, ?> mode) {
        RequestSpecification request = request();
        MessageWriter<?, ?> writer =
                HttpMessageFactory.createWriter((name, value) -> request.header(name, value), body -> {
                    if (body != null) {
                        request.body(body);
                    }
                });
        var unused = mode.apply(writer, event);
        return request.post("/v1/queues/" + queue + "/messages");
    }

    private static Response receiveEvents(String queue) {
        return request()
                .header("Accept", "application/cloudevents-batch+json")
                .contentType("application/json")
                .body("{\"max\":10,\"wait\":\"10s\"}")
                .post("/v1/queues/" + queue + "/receive");
    }

    private static List<CloudEvent> events(Response received) {
        assertThat(received.statusCode()).as(received.asString()).isEqualTo(200);
        assertThat(received.contentType()).isEqualTo("application/cloudevents-batch+json");
        return new JsonArray(received.asString())
                .stream()
                        .map(JsonObject.class::cast)
                        .map(event -> JSON.deserialize(event.encode().getBytes(StandardCharsets.UTF_8)))
                        .toList();
    }

    /** What the broker adds is left out. */
    private static void assertIsOrder(CloudEvent event) {
        assertIs(ORDER, event);
    }

    private static void assertIs(CloudEvent sent, CloudEvent event) {
        assertThat(event.getExtension("postriderreceipt")).isNotNull();
        CloudEvent own = CloudEventBuilder.v1(event)
                .withoutExtension("postriderreceipt")
                .withoutExtension("postriderqueue")
                .withoutExtension("postriderattempt")
                .withoutData()
                .withDataContentType("application/json")
                .build();
        assertThat(own)
                .isEqualTo(CloudEventBuilder.v1(sent)
                        .withoutData()
                        .withDataContentType("application/json")
                        .build());
        assertThat(new JsonObject(
                        new String(Objects.requireNonNull(event.getData()).toBytes(), StandardCharsets.UTF_8)))
                .isEqualTo(new JsonObject("{\"total\":99.5}"));
    }

    @Test
    void anEventInHeadersIsReceivedAsOne() {
        String queue = newQueue();
        Response stored = send(queue, ORDER, MessageWriter::writeBinary);
        assertThat(stored.statusCode()).as(stored.asString()).isEqualTo(201);
        assertThat(stored.jsonPath().getString("id")).isEqualTo("order-1");

        List<CloudEvent> events = events(receiveEvents(queue));
        assertThat(events).hasSize(1);
        assertIsOrder(events.get(0));
        Object receipt = events.get(0).getExtension("postriderreceipt");
        assertThat(settle(queue, "ack", "", receipt).jsonPath().getInt("settled"))
                .isEqualTo(1);
    }

    @Test
    void anEventInTheBodyIsReceivedAsOne() {
        String queue = newQueue();
        CloudEvent sent = CloudEventBuilder.v1(ORDER).withSubject("Ünïcode 😀").build();
        Response stored = send(queue, sent, (writer, event) -> writer.writeStructured(event, JsonFormat.CONTENT_TYPE));
        assertThat(stored.statusCode()).as(stored.asString()).isEqualTo(201);
        List<CloudEvent> events = events(receiveEvents(queue));
        assertThat(events).hasSize(1);
        assertIs(sent, events.get(0));
    }

    @Test
    void aBatchIsStoredInOrder() {
        String queue = newQueue();
        JsonArray batch = new JsonArray();
        for (int i = 0; i < 3; i++) {
            CloudEvent event = CloudEventBuilder.v1(ORDER).withId("order-" + i).build();
            batch.add(new JsonObject(new String(JSON.serialize(event), StandardCharsets.UTF_8)));
        }
        Response stored = post("/v1/queues/" + queue + "/batch", "application/cloudevents-batch+json", batch.encode());
        assertThat(stored.statusCode()).as(stored.asString()).isEqualTo(201);
        assertThat(stored.jsonPath().getList("ids")).containsExactly("order-0", "order-1", "order-2");
        assertThat(events(receiveEvents(queue)))
                .extracting(CloudEvent::getId)
                .containsExactly("order-0", "order-1", "order-2");
    }

    @Test
    void anEventIsAMessageToThoseWhoKnowNoEvents() {
        String queue = newQueue();
        send(queue, ORDER, MessageWriter::writeBinary);
        Map<String, Object> message = receiveOne(queue);
        assertThat(message)
                .containsEntry("id", "order-1")
                .containsEntry("contentType", "application/json")
                .containsEntry(
                        "headers",
                        Map.of(
                                "ce-specversion", "1.0",
                                "ce-source", "/shop/eu",
                                "ce-type", "order.created",
                                "ce-subject", "a \"quoted\" 100%",
                                "ce-time", "2026-11-22T10:00:00Z",
                                "ce-comexampleext", "x"));
    }

    @Test
    void aMessageIsAnEventToThoseWhoKnowNothingElse() {
        String queue = newQueue();
        publish(queue, "hello");
        CloudEvent event = events(receiveEvents(queue)).get(0);
        assertThat(event.getType()).isEqualTo("dev.postrider.message");
        assertThat(event.getSource()).hasToString("/v1/queues/" + queue);
        assertThat(new String(Objects.requireNonNull(event.getData()).toBytes(), StandardCharsets.UTF_8))
                .isEqualTo("hello");
    }

    @Test
    void aMessageIsReceivedAsAnEventOfItsTrace() {
        String queue = newQueue();
        String trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        request()
                .header("traceparent", trace)
                .header("tracestate", "a=1")
                .contentType("text/plain")
                .body("hello")
                .post("/v1/queues/" + queue + "/messages");
        CloudEvent event = events(receiveEvents(queue)).get(0);
        assertThat(event.getExtension("traceparent")).isEqualTo(trace);
        assertThat(event.getExtension("tracestate")).isEqualTo("a=1");
    }

    @Test
    void aMessageWithHeadersThatNoEventMayHaveSpoilsNoBatch() {
        String queue = newQueue();
        Response stored = Api.json(
                "POST",
                "/v1/queues/" + queue + "/batch",
                "{\"messages\":[{\"text\":\"a\",\"id\":\"a-1\",\"headers\":{\"ce-time\":\"garbage\",\"ce-id\":\"\","
                        + "\"ce-subject\":\"\",\"ce-type\":\"\",\"ce-source\":\"no uri\"}},"
                        + "{\"text\":\"b\",\"id\":\"b-1\"}]}");
        assertThat(stored.statusCode()).as(stored.asString()).isEqualTo(201);
        assertThat(events(receiveEvents(queue))).extracting(CloudEvent::getId).containsExactly("a-1", "b-1");
    }

    @Test
    void anEventIsItsSourceAndItsId() {
        String queue = newQueue();
        CloudEvent elsewhere =
                CloudEventBuilder.v1(ORDER).withSource(URI.create("/shop/us")).build();
        send(queue, ORDER, MessageWriter::writeBinary);
        Response again = send(queue, ORDER, MessageWriter::writeBinary);
        send(queue, elsewhere, MessageWriter::writeBinary);
        assertThat(again.jsonPath().getString("id")).isEqualTo("order-1");
        assertThat(receive(queue, 10, "10s")).hasSize(2);
    }

    @Test
    void anEmptyBatchIsAnsweredWhenNothingIsThere() {
        Response received = request()
                .header("Accept", "application/cloudevents-batch+json, application/problem+json;q=0.5")
                .post("/v1/queues/" + newQueue() + "/receive");
        assertThat(received.asString()).isEqualTo("[]");
    }

    @Test
    void eventsAreAnAnswerToReceivingOnly() {
        String queue = newQueue();
        assertProblem(
                request().header("Accept", "application/cloudevents-batch+json").get("/v1/queues/" + queue),
                406,
                "not-acceptable");
        assertProblem(
                request()
                        .header("Accept", "application/cloudevents-batch+json;q=0")
                        .post("/v1/queues/" + queue + "/receive"),
                406,
                "not-acceptable");
    }
}
