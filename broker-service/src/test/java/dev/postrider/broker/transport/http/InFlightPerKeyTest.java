package dev.postrider.broker.transport.http;

import static dev.postrider.broker.transport.http.Api.assertProblem;
import static dev.postrider.broker.transport.http.Api.get;
import static dev.postrider.broker.transport.http.Api.json;
import static dev.postrider.broker.transport.http.Api.newQueue;
import static dev.postrider.broker.transport.http.Api.receiveOne;
import static dev.postrider.broker.transport.http.Api.settle;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.transport.BrokerDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The setting {@code maxInFlightPerKey}. */
@QuarkusTest
@QuarkusTestResource(BrokerDatabase.class)
class InFlightPerKeyTest {
    private static final String TWO = "{\"maxInFlightPerKey\":2}";

    @Test
    void asManyOfAKeyAreHandedOutAsMayBeAndAllOthers() {
        String queue = newQueue(TWO);
        publish(queue, 10, "\"key\":\"ada\"");
        publish(queue, 1, "\"key\":\"bob\"");
        publish(queue, 3, "\"key\":null");

        List<Map<String, Object>> first = receive(queue, 4);
        List<Map<String, Object>> rest = receive(queue, 2);

        first.addAll(rest);
        assertThat(first)
                .extracting(message -> message.get("key"))
                .containsExactlyInAnyOrder("ada", "ada", "bob", null, null, null);
        assertThat(Api.receive(queue, 10, "0s")).isEmpty();
        Object one = first.stream()
                .filter(message -> "ada".equals(message.get("key")))
                .findFirst()
                .orElseThrow()
                .get("receipt");
        assertThat(settle(queue, "ack", "", one).jsonPath().getInt("settled")).isEqualTo(1);
        assertThat(receiveOne(queue)).containsEntry("key", "ada");
        assertThat(Api.receive(queue, 10, "0s")).isEmpty();
    }

    @Test
    void aFailedMessageDoesNotHoldItsKey() {
        String queue = newQueue("{\"maxInFlightPerKey\":1}");
        publish(queue, 2, "\"key\":\"ada\"");
        Map<String, Object> failed = receiveOne(queue);

        assertThat(settle(queue, "nack", ",\"delay\":\"10m\"", failed.get("receipt"))
                        .jsonPath()
                        .getInt("settled"))
                .isEqualTo(1);

        Map<String, Object> other = receiveOne(queue);
        assertThat(other.get("id")).isNotEqualTo(failed.get("id"));
        assertThat(Api.stats(queue)).containsEntry("scheduled", 1);
    }

    @Test
    void aFailedMessageWaitsForItsPlaceWhenItComesAgain() {
        String queue = newQueue("{\"maxInFlightPerKey\":1}");
        publish(queue, 2, "\"key\":\"ada\"");
        Map<String, Object> failed = receiveOne(queue);
        settle(queue, "nack", ",\"delay\":\"0s\"", failed.get("receipt"));

        Map<String, Object> next = receiveOne(queue);
        assertThat(Api.receive(queue, 10, "0s")).isEmpty();
        settle(queue, "ack", "", next.get("receipt"));

        assertThat(receiveOne(queue)).containsEntry("key", "ada");
    }

    @Test
    void aLeaseThatRunsOutMakesRoom() {
        String queue = newQueue("{\"maxInFlightPerKey\":1,\"lease\":\"300ms\"}");
        publish(queue, 2, "\"key\":\"ada\"");
        Map<String, Object> lost = receiveOne(queue);

        assertThat(receiveOne(queue).get("receipt")).isNotEqualTo(lost.get("receipt"));
    }

    @Test
    void theBoundChangesAtAnyTimeAndAtOnce() {
        String queue = newQueue(TWO);
        publish(queue, 10, "\"key\":\"ada\"");
        List<Map<String, Object>> held = receive(queue, 2);

        assertThat(put(queue, "{\"maxInFlightPerKey\":5}")).isEqualTo(200);
        held.addAll(receive(queue, 3));
        assertThat(put(queue, "{\"maxInFlightPerKey\":1}")).isEqualTo(200);
        held.subList(0, 4).forEach(message -> settle(queue, "ack", "", message.get("receipt")));
        assertThat(Api.receive(queue, 10, "0s")).isEmpty();
        settle(queue, "ack", "", held.get(4).get("receipt"));

        assertThat(receive(queue, 1)).hasSize(1);
        assertThat(Api.receive(queue, 10, "0s")).isEmpty();
        assertThat(get("/v1/queues/" + queue).jsonPath().getInt("settings.maxInFlightPerKey"))
                .isEqualTo(1);
    }

    @Test
    void whetherThereIsABoundChangesOnlyWhileTheQueueIsEmpty() {
        String queue = newQueue("{}");
        publish(queue, 1, "\"key\":\"ada\"");

        assertProblem(json("PUT", "/v1/queues/" + queue, TWO), 409, "queue-not-empty");
        settle(queue, "ack", "", receiveOne(queue).get("receipt"));
        assertThat(put(queue, TWO)).isEqualTo(200);
        publish(queue, 1, "\"key\":\"ada\"");
        assertProblem(json("PUT", "/v1/queues/" + queue, "{}"), 409, "queue-not-empty");
        settle(queue, "ack", "", receiveOne(queue).get("receipt"));
        assertThat(put(queue, "{}")).isEqualTo(200);
    }

    @Test
    void oneIsWhatHoldsInAnOrderedQueueAnyway() {
        String queue = newQueue("{\"ordering\":\"key\",\"maxInFlightPerKey\":1}");
        publish(queue, 2, "\"key\":\"ada\"");

        assertThat(receiveOne(queue)).containsEntry("key", "ada");
        assertThat(Api.receive(queue, 10, "0s")).isEmpty();
        assertThat(put(queue, "{\"ordering\":\"key\"}")).isEqualTo(200);
        assertProblem(
                json("PUT", "/v1/queues/" + queue, "{\"ordering\":\"key\",\"maxInFlightPerKey\":2}"),
                400,
                "invalid-request");
    }

    @Test
    void aHigherPriorityComesFirst() {
        String queue = newQueue(TWO);
        publish(queue, 3, "\"key\":\"ada\"");
        publish(queue, 1, "\"key\":\"ada\",\"priority\":5");
        publish(queue, 1, "\"key\":\"bob\",\"priority\":9");

        List<Map<String, Object>> messages = receive(queue, 3);

        assertThat(messages).extracting(message -> message.get("priority")).containsExactly(9, 5, 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"maxInFlightPerKey\":2", "\"ordering\":\"key\"", "\"ordering\":\"strict\""})
    void whatExpiresGoesToTheDeadLetterQueueThoughNobodyAsksForIt(String keys) {
        String grave = newQueue("{}");
        String queue = newQueue("{" + keys + ",\"ttl\":\"300ms\",\"deadLetterQueue\":\"" + grave + "\"}");

        publish(queue, 3, "\"key\":\"ada\"");

        assertThat(receive(grave, 3))
                .allSatisfy(message ->
                        assertThat(message.get("headers")).asString().contains("postrider-dead-letter-reason=expired"));
    }

    /** So many messages of which each says that, in one batch. */
    private static void publish(String queue, int count, String properties) {
        String message = "{\"text\":\"x\"," + properties + "}";
        String body = "{\"messages\":[" + String.join(",", Collections.nCopies(count, message)) + "]}";
        var answer = json("POST", "/v1/queues/" + queue + "/batch", body);
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(201);
    }

    /** So many messages, which must come within a few seconds. */
    private static List<Map<String, Object>> receive(String queue, int count) {
        List<Map<String, Object>> messages = new ArrayList<>();
        for (List<Map<String, Object>> more = List.of(Map.of()); messages.size() < count && !more.isEmpty(); ) {
            more = Api.receive(queue, count - messages.size(), "10s");
            messages.addAll(more);
        }
        assertThat(messages).hasSize(count);
        return messages;
    }

    private static int put(String queue, String settings) {
        return json("PUT", "/v1/queues/" + queue, settings).statusCode();
    }
}
