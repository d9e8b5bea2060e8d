package dev.postrider.broker.transport.http;

import static dev.postrider.broker.transport.http.Api.assertProblem;
import static dev.postrider.broker.transport.http.Api.get;
import static dev.postrider.broker.transport.http.Api.json;
import static dev.postrider.broker.transport.http.Api.lines;
import static dev.postrider.broker.transport.http.Api.newQueue;
import static dev.postrider.broker.transport.http.Api.post;
import static dev.postrider.broker.transport.http.Api.receive;
import static dev.postrider.broker.transport.http.Api.request;
import static dev.postrider.broker.transport.http.Api.settle;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.transport.BrokerDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The text of a message says whose it is. */
@QuarkusTest
@QuarkusTestResource(BrokerDatabase.class)
class FairnessTest {
    /** Records of others that may come before one that has its turn: two quanta. */
    private static final int SOON = 200;

    @Test
    void whoComesBehindAFloodDoesNotWaitForIt() {
        String queue = newQueue("{\"fairness\":\"key\"}");
        publish(queue, "a", 20_000, ",\"key\":\"a\"");
        publish(queue, "b", 10, ",\"key\":\"b\"");

        List<String> got = receiveUntil(queue, "b", 10);
        assertThat(got).hasSizeLessThanOrEqualTo(SOON + 10);
        publish(queue, "c", 1, ",\"key\":\"c\"");
        assertThat(receiveUntil(queue, "c", 1)).hasSizeLessThanOrEqualTo(SOON + 1);
    }

    @Test
    void nothingIsLostByTurns() {
        String queue = newQueue("{\"fairness\":\"key\"}");
        for (int i = 0; i < 10; i++) {
            publish(queue, "m", 150 + i, ",\"key\":\"tenant " + i % 3 + "\"");
        }
        assertThat(receiveUntil(queue, "m", 1_545)).hasSize(1_545);
        assertThat(receive(queue, 10, "0s")).isEmpty();
        assertThat(Api.stats(queue)).containsEntry("ready", 0).containsEntry("inFlight", 0);
    }

    @Test
    void tenantsMayBeNamedByAHeader() {
        String queue = newQueue("{\"fairness\":\"headers.Tenant\"}");
        publish(queue, "a", 3_000, ",\"key\":\"same\",\"headers\":{\"tenant\":\"a\"}");
        Response single = request()
                .header("Postrider-Key", "same")
                .header("Postrider-Header-Tenant", "b")
                .header("Content-Type", "text/plain")
                .body("b")
                .post("/v1/queues/" + queue + "/messages");
        assertThat(single.statusCode()).isEqualTo(201);
        assertThat(receiveUntil(queue, "b", 1)).hasSizeLessThanOrEqualTo(SOON + 1);
    }

    @Test
    void thoseWithoutATenantAreOneTogether() {
        String queue = newQueue("{\"fairness\":\"key\"}");
        publish(queue, "nobody", 2_000, "");
        publish(queue, "b", 1, ",\"key\":\"b\"");
        assertThat(receiveUntil(queue, "b", 1)).hasSizeLessThanOrEqualTo(SOON + 1);
        publish(queue, "late", 1, "");
        assertThat(receiveUntil(queue, "late", 1).size()).isGreaterThan(1_000);
    }

    @Test
    void prioritiesAreStrictAndTurnsAreTakenWithinEach() {
        String queue = newQueue("{\"fairness\":\"key\"}");
        publish(queue, "a", 1_000, ",\"key\":\"a\",\"priority\":3");
        publish(queue, "b3", 1, ",\"key\":\"b\",\"priority\":3");
        publish(queue, "b0", 1, ",\"key\":\"b\"");
        publish(queue, "b9", 1, ",\"key\":\"b\",\"priority\":9");

        List<String> got = receiveUntil(queue, "b0", 1);
        assertThat(got).hasSize(1_003).startsWith("b9").endsWith("b0");
        assertThat(got.indexOf("b3")).isBetween(1, SOON);
    }

    @Test
    void aRetryHasHadItsTurn() {
        String queue = newQueue("{\"fairness\":\"key\"}");
        publish(queue, "a", 2_000, ",\"key\":\"a\"");
        Map<String, Object> failed = receive(queue, 1, "10s").get(0);
        settle(queue, "nack", ",\"delay\":\"0s\"", failed.get("receipt"));

        List<Map<String, Object>> got = new ArrayList<>();
        while (got.stream().noneMatch(message -> message.get("attempt").equals(2))) {
            List<Map<String, Object>> some = receive(queue, 50, "10s");
            assertThat(some).isNotEmpty();
            got.addAll(some);
            ack(queue, some);
        }
        assertThat(got).hasSizeLessThanOrEqualTo(SOON + 50);
    }

    @Test
    void aQueueOfATopicMayBeFair() {
        String queue = newQueue("{\"fairness\":\"key\"}");
        String topic = "t-" + queue;
        json("PUT", "/v1/topics/" + topic, "{}");
        json("PUT", "/v1/topics/" + topic + "/subscriptions/" + queue, "{\"filter\":\"key <> 'refused'\"}");
        String path = "/v1/topics/" + topic + "/batch";
        String flood = messages("a", 2_000, ",\"key\":\"a\"") + messages("x", 50, ",\"key\":\"refused\"");
        assertThat(post(path, "application/x-ndjson", flood).statusCode()).isEqualTo(201);
        assertThat(post(path, "application/x-ndjson", messages("b", 3, ",\"key\":\"b\""))
                        .statusCode())
                .isEqualTo(201);
        assertThat(receiveUntil(queue, "b", 3)).doesNotContain("x").hasSizeLessThanOrEqualTo(SOON + 3);
    }

    @Test
    void fairnessChangesOnlyWhileTheQueueIsEmpty() {
        String queue = newQueue("{\"fairness\":\"key\"}");
        assertThat(get("/v1/queues/" + queue).jsonPath().getString("settings.fairness"))
                .isEqualTo("key");
        publish(queue, "a", 1, ",\"key\":\"a\"");
        for (String settings : List.of("{}", "{\"fairness\":\"headers.x\"}")) {
            assertProblem(json("PUT", "/v1/queues/" + queue, settings), 409, "queue-not-empty");
        }
        ack(queue, receive(queue, 1, "10s"));
        assertThat(json("PUT", "/v1/queues/" + queue, "{}").statusCode()).isEqualTo(200);
        publish(queue, "a", 500, ",\"key\":\"a\"");
        publish(queue, "b", 1, ",\"key\":\"b\"");
        assertThat(receiveUntil(queue, "b", 1)).as("by age again").hasSize(501);

        assertThat(json("PUT", "/v1/queues/" + queue, "{\"fairness\":\"key\"}").statusCode())
                .isEqualTo(200);
        publish(queue, "a", 500, ",\"key\":\"a\"");
        publish(queue, "b", 1, ",\"key\":\"b\"");
        assertThat(receiveUntil(queue, "b", 1)).hasSizeLessThanOrEqualTo(SOON + 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"ordering\":\"key\"", "\"ordering\":\"strict\"", "\"priorityAgeing\":\"1m\""})
    void aSecondRuleOfWhoIsNextIsRefused(String other) {
        Response refused = json("PUT", "/v1/queues/twice", "{\"fairness\":\"key\"," + other + "}");
        assertProblem(refused, 400, "invalid-request");
        assertThat(refused.jsonPath().getString("detail")).contains("'fairness'");
    }

    private static void publish(String queue, String text, int count, String more) {
        Response stored = lines(queue, messages(text, count, more));
        assertThat(stored.statusCode()).as(stored.asString()).isEqualTo(201);
    }

    private static String messages(String text, int count, String more) {
        return IntStream.range(0, count)
                .mapToObj(i -> "{\"text\":\"" + text + "\"" + more + "}\n")
                .collect(Collectors.joining());
    }

    /** What comes, in order, until that text has come so often. */
    private static List<String> receiveUntil(String queue, String text, int times) {
        List<String> got = new ArrayList<>();
        while (got.stream().filter(text::equals).count() < times) {
            List<Map<String, Object>> some = receive(queue, 50, "10s");
            assertThat(some).as("after %s messages", got.size()).isNotEmpty();
            some.forEach(message -> got.add((String) message.get("text")));
            ack(queue, some);
        }
        return got;
    }

    private static void ack(String queue, List<Map<String, Object>> messages) {
        Object[] receipts =
                messages.stream().map(message -> message.get("receipt")).toArray();
        assertThat(settle(queue, "ack", "", receipts).jsonPath().getInt("settled"))
                .isEqualTo(receipts.length);
    }
}
