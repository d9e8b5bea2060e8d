package dev.postrider.broker.transport.http;

import static dev.postrider.broker.transport.http.Api.assertProblem;
import static dev.postrider.broker.transport.http.Api.json;
import static dev.postrider.broker.transport.http.Api.newQueue;
import static dev.postrider.broker.transport.http.Api.receive;
import static dev.postrider.broker.transport.http.Api.receiveOne;
import static dev.postrider.broker.transport.http.Api.request;
import static dev.postrider.broker.transport.http.Api.stats;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.transport.BrokerDatabase;
import dev.postrider.protocol.codec.RecordBatchWriter;
import dev.postrider.protocol.record.MessageRecord;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(BrokerDatabase.class)
class PublishingTest {
    @Test
    void aMessageIsDeliveredWithEverythingItWasPublishedWith() {
        String queue = newQueue();
        Response stored = request()
                .header("Content-Type", "application/json")
                .header("Postrider-Id", "order-1")
                .header("Postrider-Key", "k")
                .header("Postrider-Priority", "7")
                .header("Postrider-Ttl", "1h")
                .header("Postrider-Header-region", "eu")
                .header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
                .body("{\"n\": 1.10,\n \"a\": []}".getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .post("/v1/queues/" + queue + "/messages");

        assertThat(stored.statusCode()).isEqualTo(201);
        assertThat(stored.asString()).isEqualTo("{\"id\":\"order-1\"}");
        Response received = json("POST", "/v1/queues/" + queue + "/receive", "{\"wait\":\"10s\"}");
        assertThat(received.asString()).contains("\"body\":{\"n\": 1.10,  \"a\": []}");
        Map<String, Object> message = received.jsonPath().getMap("messages[0]");
        assertThat(message)
                .containsEntry("id", "order-1")
                .containsEntry("queue", queue)
                .containsEntry("topic", null)
                .containsEntry("key", "k")
                .containsEntry("priority", 7)
                .containsEntry("attempt", 1)
                .containsEntry("contentType", "application/json")
                .containsEntry(
                        "headers",
                        Map.of(
                                "region", "eu",
                                "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
        assertThat(message.keySet()).contains("receipt", "publishedAt", "expiresAt");
    }

    @Test
    void aBodyMayBeEmptyOrBinary() {
        String queue = newQueue();
        request()
                .contentType("text/plain")
                .post("/v1/queues/" + queue + "/messages")
                .then()
                .statusCode(201);
        request()
                .contentType("application/octet-stream")
                .body(new byte[] {0, (byte) 0xff})
                .post("/v1/queues/" + queue + "/messages")
                .then()
                .statusCode(201);

        List<Map<String, Object>> messages = List.of(receiveOne(queue), receiveOne(queue));
        assertThat(messages.get(0)).containsEntry("text", "").containsEntry("contentType", "text/plain");
        assertThat(messages.get(1)).containsEntry("base64", "AP8=");
    }

    @Test
    void whatIsNoJsonIsDeliveredAsTextWhateverItsTypeSays() {
        String queue = newQueue();
        for (String body : List.of("\ufeff{\"a\":1}", "\"\\ud800\"", "\"\0a\"")) {
            Api.post("/v1/queues/" + queue + "/messages", "application/json", body)
                    .then()
                    .statusCode(201);
            assertThat(receiveOne(queue)).containsEntry("text", body).doesNotContainKey("body");
        }
    }

    @Test
    void aNameInJsonMayBeEscaped() {
        String queue = newQueue();
        String body = "{\"\\ud83d\\ude00\":1}";
        Api.post("/v1/queues/" + queue + "/messages", "application/json", body)
                .then()
                .statusCode(201);
        json("POST", "/v1/queues/" + queue + "/batch", "{\"messages\":[{\"body\":" + body + "}]}")
                .then()
                .statusCode(201);
        assertThat(json("POST", "/v1/queues/" + queue + "/receive", "{\"max\":2,\"wait\":\"10s\"}")
                        .asString())
                .containsSubsequence("\"body\":" + body, "\"body\":" + body);
    }

    @Test
    void aBatchKeepsItsOrderAndItsBodies() {
        String queue = newQueue();
        Response stored = json(
                "POST",
                "/v1/queues/" + queue + "/batch",
                "{\"messages\":[{\"body\":{\"b\":1,\"a\":1.0}},{\"text\":\"ü\"},"
                        + "{\"base64\":\"/w==\",\"id\":\"last\"}]}");

        assertThat(stored.statusCode()).as(stored.asString()).isEqualTo(201);
        List<String> ids = stored.jsonPath().getList("ids");
        assertThat(ids).hasSize(3).endsWith("last").doesNotHaveDuplicates();
        Response received = json("POST", "/v1/queues/" + queue + "/receive", "{\"max\":3,\"wait\":\"10s\"}");
        assertThat(received.jsonPath().getList("messages.id")).isEqualTo(ids);
        assertThat(received.asString())
                .contains("\"body\":{\"b\":1,\"a\":1.0}", "\"text\":\"ü\"", "\"base64\":\"/w==\"");
    }

    @Test
    void theRequestOfABatchMayBeTraced() {
        request()
                .contentType("application/json")
                .header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
                .header("tracestate", "a=b")
                .body("{\"messages\":[{\"body\":1}]}")
                .post("/v1/queues/" + newQueue() + "/batch")
                .then()
                .statusCode(201);
    }

    @Test
    void aBatchWithABadMessageStoresNothing() {
        String queue = newQueue();
        Response refused = json(
                "POST", "/v1/queues/" + queue + "/batch", "{\"messages\":[{\"body\":1},{\"body\":2,\"ttl\":\"x\"}]}");
        assertProblem(refused, 400, "invalid-request");
        assertThat(refused.jsonPath().getString("detail")).startsWith("messages[1]: 'ttl'");
        assertThat(stats(queue)).containsEntry("ready", 0);
    }

    @Test
    void aStreamOfLinesIsStoredAndCounted() {
        String queue = newQueue();
        String lines =
                IntStream.range(0, 5_000).mapToObj(i -> "{\"body\":" + i + "}").collect(Collectors.joining("\r\n\n"));
        Response stored = Api.lines(queue, lines);

        assertThat(stored.statusCode()).as(stored.asString()).isEqualTo(201);
        assertThat(stored.jsonPath().getInt("stored")).isEqualTo(5_000);
        assertThat(stored.jsonPath().getList("ids")).hasSize(5_000);
        assertThat(stats(queue)).containsEntry("ready", 5_000);
        assertThat(receive(queue, 3, "10s"))
                .extracting(message -> message.get("body"))
                .containsExactly(0, 1, 2);
    }

    @Test
    void aStreamOfLinesKeepsWhatCameBeforeTheBadOne() {
        String queue = newQueue();
        Response refused = Api.lines(queue, "{\"body\":1}\n{\"body\":2}\n{\"body\":3,\"prio\":1}\n{\"body\":4}\n");

        assertProblem(refused, 400, "invalid-request");
        assertThat(refused.jsonPath().getString("detail"))
                .startsWith("Message 3: ")
                .contains("'prio'");
        assertThat(refused.jsonPath().getInt("stored")).isEqualTo(2);
        assertThat(stats(queue)).containsEntry("ready", 2);
    }

    @ParameterizedTest
    @ValueSource(ints = {300_000, 1024 * 1024})
    void aLongLineMayFollowOthers(int length) throws Exception {
        String queue = newQueue();
        String big = "{\"text\":\"" + "x".repeat(length) + "\"}\n";
        HttpRequest lines = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + RestAssured.port + "/v1/queues/" + queue + "/batch"))
                .header("Content-Type", "application/x-ndjson")
                .timeout(Duration.ofSeconds(20))
                .POST(HttpRequest.BodyPublishers.ofString(("{\"text\":\"a\"}\n" + big).repeat(4)))
                .build();

        HttpResponse<String> stored = HttpClient.newHttpClient().send(lines, HttpResponse.BodyHandlers.ofString());

        assertThat(stored.body()).startsWith("{\"stored\":8,");
        assertThat(stats(queue)).containsEntry("ready", 8);
    }

    @Test
    void aRecordBatchIsStored() {
        String queue = newQueue();
        RecordBatchWriter writer = new RecordBatchWriter();
        writer.append(MessageRecord.builder().id("r-1").body(new byte[] {'x'}).build());
        Response stored = request()
                .contentType("application/vnd.postrider.records")
                .body(writer.finish())
                .post("/v1/queues/" + queue + "/batch");

        assertThat(stored.statusCode()).as(stored.asString()).isEqualTo(201);
        assertThat(receiveOne(queue)).containsEntry("id", "r-1").containsEntry("text", "x");
    }

    @Test
    void aDuplicateIsAnsweredAsTheFirstWas() {
        String queue = newQueue();
        String first = publishOnce(queue, "Idempotency-Key", "key-1");
        assertThat(publishOnce(queue, "Idempotency-Key", "key-1")).isEqualTo(first);
        assertThat(publishOnce(queue, "Idempotency-Key", "key-2")).isNotEqualTo(first);
        assertThat(publishOnce(queue, "Postrider-Id", "id-1")).isEqualTo("id-1");
        assertThat(publishOnce(queue, "Postrider-Id", "id-1")).isEqualTo("id-1");
        assertThat(stats(queue)).containsEntry("ready", 3);
    }

    private static String publishOnce(String queue, String header, String value) {
        Response stored = request().header(header, value).body("x").post("/v1/queues/" + queue + "/messages");
        assertThat(stored.statusCode()).isEqualTo(201);
        return stored.jsonPath().getString("id");
    }

    @Test
    void aDelayedMessageIsScheduledFirst() {
        String queue = newQueue();
        json("POST", "/v1/queues/" + queue + "/batch", "{\"messages\":[{\"text\":\"later\",\"delay\":\"4s\"}]}")
                .then()
                .statusCode(201);
        assertThat(receive(queue, 1, "0s")).isEmpty();
        assertThat(stats(queue)).containsEntry("scheduled", 1).containsEntry("ready", 0);
        assertThat(receiveOne(queue)).containsEntry("text", "later").containsEntry("attempt", 1);
    }

    @Test
    void aHigherPriorityGoesFirst() {
        String queue = newQueue();
        json(
                        "POST",
                        "/v1/queues/" + queue + "/batch",
                        "{\"messages\":[{\"body\":0},{\"body\":9,\"priority\":9},{\"body\":5,\"priority\":5}]}")
                .then()
                .statusCode(201);
        assertThat(receive(queue, 3, "10s"))
                .extracting(message -> message.get("body"))
                .containsExactly(9, 5, 0);
    }

    @Test
    void aFullQueueRefusesMore() {
        String queue = newQueue("{\"maxMessages\":2}");
        Api.publish(queue, "a", "b");
        Response refused = request().body("c").post("/v1/queues/" + queue + "/messages");
        assertProblem(refused, 429, "queue-full");
        assertThat(stats(queue)).containsEntry("ready", 2);
    }

    @Test
    void aQueueThatDoesNotExistIsNotFound() {
        assertProblem(request().body("x").post("/v1/queues/nobody/messages"), 404, "queue-not-found");
        assertProblem(json("POST", "/v1/queues/nobody/batch", "{\"messages\":[{\"body\":1}]}"), 404, "queue-not-found");
        Response lines = Api.lines("nobody", "{\"body\":1}\n");
        assertProblem(lines, 404, "queue-not-found");
        assertThat(lines.jsonPath().getInt("stored")).isZero();
    }

    @Test
    void aMessageMayBeAsBigAsTheLimitAndNoBigger() {
        String queue = newQueue();
        int limit = 1024 * 1024;
        request()
                .body(new byte[limit])
                .post("/v1/queues/" + queue + "/messages")
                .then()
                .statusCode(201);
        Response refused = request().body(new byte[limit + 1]).post("/v1/queues/" + queue + "/messages");
        assertProblem(refused, 413, "message-too-large");
        String big = "x".repeat(limit + 1);
        assertProblem(
                json("POST", "/v1/queues/" + queue + "/batch", "{\"messages\":[{\"text\":\"" + big + "\"}]}"),
                413,
                "message-too-large");
        assertThat(stats(queue)).containsEntry("ready", 1);
    }
}
