package dev.postrider.broker.transport.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.store.Await;
import io.restassured.builder.RequestSpecBuilder;
import io.restassured.config.EncoderConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/** The API as a client without an SDK uses it. */
public final class Api {
    private static final String PREFIX = "q-" + ProcessHandle.current().pid() + "-";
    private static final AtomicLong NAMES = new AtomicLong();
    private static final RequestSpecification PLAIN = new RequestSpecBuilder()
            .setConfig(RestAssuredConfig.config()
                    .encoderConfig(EncoderConfig.encoderConfig()
                            .appendDefaultContentCharsetToContentTypeIfUndefined(false)
                            .defaultContentCharset(StandardCharsets.UTF_8)))
            .setUrlEncodingEnabled(false)
            .build();

    private Api() {}

    public static RequestSpecification request() {
        return given().spec(PLAIN);
    }

    public static String newQueue() {
        return newQueue("{}");
    }

    /** The broker listens before it has joined the others and takes traffic. */
    public static void awaitReady() {
        Await.until(() -> get("/health/ready").statusCode(), status -> status == 200);
    }

    /** A queue of its own for each test. */
    public static String newQueue(String settings) {
        awaitReady();
        String name = PREFIX + NAMES.incrementAndGet();
        Response put = json("PUT", "/v1/queues/" + name, settings);
        assertThat(put.statusCode()).as(put.asString()).isEqualTo(201);
        return name;
    }

    public static Response json(String method, String path, String body) {
        return request().contentType("application/json").body(body).request(method, path);
    }

    public static Response lines(String queue, String lines) {
        return post("/v1/queues/" + queue + "/batch", "application/x-ndjson", lines);
    }

    /** Posts text as bytes, with exactly that content type. */
    public static Response post(String path, String contentType, String body) {
        return request()
                .header("Content-Type", contentType)
                .body(body.getBytes(StandardCharsets.UTF_8))
                .post(path);
    }

    public static Response get(String path) {
        return request().get(path);
    }

    /** Publishes texts in one batch and returns their ids. */
    public static List<String> publish(String queue, String... texts) {
        String messages = List.of(texts).stream()
                .map(text -> "{\"text\":\"" + text + "\"}")
                .collect(Collectors.joining(","));
        Response stored = json("POST", "/v1/queues/" + queue + "/batch", "{\"messages\":[" + messages + "]}");
        assertThat(stored.statusCode()).as(stored.asString()).isEqualTo(201);
        return stored.jsonPath().getList("ids");
    }

    public static List<Map<String, Object>> receive(String queue, int max, String wait) {
        Response received =
                json("POST", "/v1/queues/" + queue + "/receive", "{\"max\":" + max + ",\"wait\":\"" + wait + "\"}");
        assertThat(received.statusCode()).as(received.asString()).isEqualTo(200);
        return received.jsonPath().getList("messages");
    }

    /** Receives exactly one, which must come within a few seconds. */
    public static Map<String, Object> receiveOne(String queue) {
        List<Map<String, Object>> messages = receive(queue, 1, "10s");
        assertThat(messages).hasSize(1);
        return messages.get(0);
    }

    public static Response settle(String queue, String call, String more, Object... receipts) {
        String list =
                List.of(receipts).stream().map(receipt -> "\"" + receipt + "\"").collect(Collectors.joining(","));
        return json("POST", "/v1/queues/" + queue + "/" + call, "{\"receipts\":[" + list + "]" + more + "}");
    }

    public static Map<String, Object> stats(String queue) {
        return get("/v1/queues/" + queue).jsonPath().getMap("stats");
    }

    /** Asserts a complete problem document. */
    public static void assertProblem(Response response, int status, String code) {
        String text = response.asString();
        assertThat(response.statusCode()).as(text).isEqualTo(status);
        assertThat(response.contentType()).as(text).isEqualTo("application/problem+json");
        Map<String, Object> problem = response.jsonPath().getMap("");
        assertThat(problem).containsEntry("status", status).containsEntry("code", code);
        assertThat(problem).containsEntry("type", "urn:postrider:problem:" + code);
        assertThat(problem.get("title")).asString().isNotBlank();
        assertThat(problem.get("detail")).asString().isNotBlank();
        assertThat(text).doesNotContain("Exception").doesNotContain("\tat ");
        if (status == 429 || status == 503) {
            assertThat(response.header("Retry-After")).matches("[1-9][0-9]*");
        }
    }
}
