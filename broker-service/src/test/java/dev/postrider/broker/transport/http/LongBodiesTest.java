package dev.postrider.broker.transport.http;

import static dev.postrider.broker.transport.http.Api.assertProblem;
import static dev.postrider.broker.transport.http.Api.get;
import static dev.postrider.broker.transport.http.Api.json;
import static dev.postrider.broker.transport.http.Api.newQueue;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.transport.BrokerDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls of the management API whose bodies are long. */
@QuarkusTest
@QuarkusTestResource(BrokerDatabase.class)
class LongBodiesTest {
    private static final int LONG = 20_000;

    /** The document with spaces before its last character, so that it is read to the end of its length. */
    private static String padded(String document, int length) {
        int last = document.length() - 1;
        return document.substring(0, last) + " ".repeat(length - document.length()) + document.substring(last);
    }

    @ParameterizedTest
    @ValueSource(ints = {10_240, 10_241, 100_000, ApiGate.JSON_BYTES_MAX})
    void aBodyMayHaveAsManyBytesAsIsDocumented(int length) {
        String queue = newQueue();
        Response put = json("PUT", "/v1/queues/" + queue, padded("{\"lease\":\"7s\"}", length));
        assertThat(put.statusCode()).as(put.asString()).isEqualTo(200);
        assertThat(get("/v1/queues/" + queue).jsonPath().getString("settings.lease"))
                .isEqualTo("7s");
    }

    @Test
    void aBodyThatHasMoreIsRefused() {
        assertProblem(
                json("PUT", "/v1/queues/q", padded("{\"lease\":\"7s\"}", ApiGate.JSON_BYTES_MAX + 1)),
                413,
                "message-too-large");
    }

    @Test
    void aScheduleMayHaveALongMessage() {
        String queue = newQueue();
        String text = "x".repeat(LONG);
        Response put = json(
                "PUT",
                "/v1/schedules/long",
                "{\"cron\":\"@daily\",\"queue\":\"" + queue + "\",\"message\":{\"text\":\"" + text + "\"}}");
        assertThat(put.statusCode()).as(put.asString()).isEqualTo(201);
        assertThat(get("/v1/schedules/long").jsonPath().getString("message.text"))
                .isEqualTo(text);
    }

    @Test
    void aRedriveMayNameManyMessages() {
        String ids =
                IntStream.range(0, 900).mapToObj(i -> "\"message-" + i + "\"").collect(Collectors.joining(","));
        Response redriven =
                json("POST", "/v1/queues/" + newQueue() + "/dead-letters/redrive", "{\"ids\":[" + ids + "]}");
        assertThat(redriven.asString()).isEqualTo("{\"redriven\":0}");
    }

    @Test
    void theOthersAreReadToTheEndToo() {
        String queue = newQueue();
        Response topic = json("PUT", "/v1/topics/long", padded("{\"retention\":\"1h\"}", LONG));
        assertThat(topic.jsonPath().getString("retention")).as(topic.asString()).isEqualTo("1h");
        Response subscription =
                json("PUT", "/v1/topics/long/subscriptions/" + queue, padded("{\"filter\":\"key = 'a'\"}", LONG));
        assertThat(subscription.jsonPath().getString("filter"))
                .as(subscription.asString())
                .isEqualTo("key = 'a'");
        Response sought =
                json("POST", "/v1/queues/" + queue + "/seek", padded("{\"from\":\"2026-01-01T00:00:00Z\"}", LONG));
        assertThat(sought.asString()).isEqualTo("{\"requeued\":0}");
    }
}
