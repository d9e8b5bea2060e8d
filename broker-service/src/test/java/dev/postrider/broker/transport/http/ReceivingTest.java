package dev.postrider.broker.transport.http;

import static dev.postrider.broker.transport.http.Api.assertProblem;
import static dev.postrider.broker.transport.http.Api.awaitReady;
import static dev.postrider.broker.transport.http.Api.get;
import static dev.postrider.broker.transport.http.Api.json;
import static dev.postrider.broker.transport.http.Api.newQueue;
import static dev.postrider.broker.transport.http.Api.publish;
import static dev.postrider.broker.transport.http.Api.receive;
import static dev.postrider.broker.transport.http.Api.receiveOne;
import static dev.postrider.broker.transport.http.Api.settle;
import static dev.postrider.broker.transport.http.Api.stats;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.postrider.broker.transport.BrokerDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(BrokerDatabase.class)
class ReceivingTest {
    @Nested
    class Receive {
        @Test
        void withoutAWaitAnswersWhatIsThere() {
            String queue = newQueue();
            long started = System.nanoTime();
            assertThat(receive(queue, 10, "0s")).isEmpty();
            assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(15));
            publish(queue, "a", "b");
            assertThat(receive(queue, 10, "0s")).hasSize(2);
        }

        @Test
        void withoutABodyTakesTheDefaults() {
            String queue = newQueue();
            publish(queue, "a");
            Response received = Api.request().post("/v1/queues/" + queue + "/receive");
            assertThat(received.jsonPath().getList("messages")).hasSize(1);
        }

        @Test
        void waitsForAMessage() throws Exception {
            String queue = newQueue();
            CompletableFuture<Map<String, Object>> waiting = CompletableFuture.supplyAsync(() -> receiveOne(queue));
            await().until(() -> stats(queue).get("consumers").equals(1));
            publish(queue, "a");
            assertThat(waiting.get()).containsEntry("text", "a");
        }

        @Test
        void isEmptyAfterItsWait() {
            String queue = newQueue();
            long started = System.nanoTime();
            assertThat(receive(queue, 1, "700ms")).isEmpty();
            assertThat(Duration.ofNanos(System.nanoTime() - started)).isGreaterThan(Duration.ofMillis(690));
        }

        @Test
        void neverGivesMoreThanWasAskedFor() {
            String queue = newQueue();
            publish(queue, "a", "b", "c");
            assertThat(receive(queue, 2, "10s")).hasSize(2);
            assertThat(receive(queue, 2, "10s")).hasSize(1);
        }

        @Test
        void leasesWhatItGives() {
            String queue = newQueue();
            publish(queue, "a");
            Response first =
                    json("POST", "/v1/queues/" + queue + "/receive", "{\"max\":1,\"wait\":\"10s\",\"lease\":\"3s\"}");
            assertThat(first.jsonPath().getInt("messages[0].attempt")).isEqualTo(1);
            assertThat(receive(queue, 1, "0s")).isEmpty();
            assertThat(receiveOne(queue)).containsEntry("attempt", 2);
        }

        @Test
        void givesItsMessagesBackWhenTheClientHasGone() throws IOException {
            String queue = newQueue();
            try (Socket socket = new Socket("127.0.0.1", RestAssured.port)) {
                String body = "{\"wait\":\"30s\"}";
                socket.getOutputStream()
                        .write(("POST /v1/queues/" + queue + "/receive HTTP/1.1\r\nHost: localhost\r\n"
                                        + "Content-Type: application/json\r\nContent-Length: " + body.length()
                                        + "\r\n\r\n" + body)
                                .getBytes(StandardCharsets.US_ASCII));
                await().until(() -> stats(queue).get("consumers").equals(1));
            }
            await().atMost(Duration.ofSeconds(3))
                    .until(() -> stats(queue).get("consumers").equals(0));
            publish(queue, "a");
            assertThat(receiveOne(queue)).containsEntry("attempt", 1);
        }

        @Test
        void isRefusedForAQueueThatDoesNotExist() {
            awaitReady();
            assertProblem(json("POST", "/v1/queues/nobody/receive", "{}"), 404, "queue-not-found");
        }
    }

    @Nested
    class Settle {
        @Test
        void ackEndsMessages() {
            String queue = newQueue();
            publish(queue, "a", "b");
            List<Map<String, Object>> messages = receive(queue, 2, "10s");
            Response acked = settle(
                    queue,
                    "ack",
                    "",
                    messages.get(0).get("receipt"),
                    messages.get(1).get("receipt"));
            assertThat(acked.asString()).isEqualTo("{\"settled\":2,\"failed\":[]}");
            assertThat(stats(queue)).containsEntry("ready", 0).containsEntry("inFlight", 0);
        }

        @Test
        void ackSaysWhichReceiptsAreNoGood() {
            String queue = newQueue();
            String other = newQueue();
            publish(queue, "a");
            publish(other, "b");
            Object mine = receiveOne(queue).get("receipt");
            Object foreign = receiveOne(other).get("receipt");
            Response acked = settle(queue, "ack", "", mine, "nonsense", foreign);
            assertThat(acked.statusCode()).isEqualTo(200);
            assertThat(acked.jsonPath().getInt("settled")).isEqualTo(1);
            assertThat(acked.jsonPath().getList("failed"))
                    .containsExactlyInAnyOrder(
                            Map.of("receipt", "nonsense", "code", "invalid-receipt"),
                            Map.of("receipt", foreign, "code", "invalid-receipt"));
            assertThat(settle(queue, "ack", "", mine).jsonPath().getList("failed"))
                    .containsExactly(Map.of("receipt", mine, "code", "receipt-expired"));
        }

        @Test
        void aReceiptThatIsGivenTwiceCountsOnce() {
            String queue = newQueue();
            for (String call : List.of("ack", "nack", "dead-letter")) {
                publish(queue, "a");
                Object receipt = receiveOne(queue).get("receipt");
                assertThat(settle(queue, call, "", receipt, "nonsense", receipt, "nonsense")
                                .asString())
                        .isEqualTo("{\"settled\":1,\"failed\":"
                                + "[{\"receipt\":\"nonsense\",\"code\":\"invalid-receipt\"}]}");
            }
        }

        @Test
        void nackBringsAMessageBackAfterItsDelay() {
            String queue = newQueue();
            publish(queue, "a");
            Object receipt = receiveOne(queue).get("receipt");
            settle(queue, "nack", ",\"delay\":\"0s\",\"reason\":\"no\"", receipt)
                    .then()
                    .statusCode(200);
            assertThat(receiveOne(queue)).containsEntry("attempt", 2).containsEntry("text", "a");
        }

        @Test
        void nackOfTheLastAttemptMakesADeadLetter() {
            String queue = newQueue("{\"maxAttempts\":1}");
            publish(queue, "a");
            settle(queue, "nack", ",\"reason\":\"boom\"", receiveOne(queue).get("receipt"))
                    .then()
                    .statusCode(200);
            Map<String, Object> letter =
                    get("/v1/queues/" + queue + "/dead-letters").jsonPath().getMap("deadLetters[0]");
            assertThat(letter)
                    .containsEntry("reason", "max-attempts")
                    .containsEntry("error", "boom")
                    .containsEntry("attempts", 1)
                    .containsEntry("text", "a")
                    .doesNotContainKey("receipt");
            assertThat(letter.get("firstFailedAt")).asString().endsWith("Z");
            assertThat(letter.get("deadLetteredAt")).asString().endsWith("Z");
        }

        @Test
        void deadLetterRejectsAtOnce() {
            String queue = newQueue();
            publish(queue, "a");
            settle(
                            queue,
                            "dead-letter",
                            ",\"reason\":\"poison\"",
                            receiveOne(queue).get("receipt"))
                    .then()
                    .statusCode(200);
            assertThat(get("/v1/queues/" + queue + "/dead-letters?reason=rejected")
                            .jsonPath()
                            .getList("deadLetters.error"))
                    .containsExactly("poison");
            assertThat(stats(queue)).containsEntry("deadLettered", 1);
        }

        @Test
        void extendGivesMoreTime() {
            String queue = newQueue("{\"lease\":\"3s\"}");
            publish(queue, "a");
            Object receipt = receiveOne(queue).get("receipt");
            assertThat(settle(queue, "extend", ",\"lease\":\"30s\"", receipt).asString())
                    .isEqualTo("{\"settled\":1,\"failed\":[]}");
            assertThat(receive(queue, 1, "4s")).isEmpty();
            assertThat(settle(queue, "ack", "", receipt).jsonPath().getInt("settled"))
                    .isEqualTo(1);
        }
    }

    @Nested
    class Peek {
        @Test
        void showsMessagesAndLeavesThem() {
            String queue = newQueue();
            List<String> ids = publish(queue, "a", "b", "c");
            Response first = get("/v1/queues/" + queue + "/messages?limit=2");
            assertThat(first.jsonPath().getList("messages.id")).isEqualTo(ids.subList(0, 2));
            assertThat(first.jsonPath().getList("messages.receipt")).containsOnlyNulls();
            String next = first.jsonPath().getString("next");
            Response second = get("/v1/queues/" + queue + "/messages?limit=2&after=" + next);
            assertThat(second.jsonPath().getList("messages.id")).isEqualTo(ids.subList(2, 3));
            assertThat(second.jsonPath().getString("next")).isNull();
            assertThat(receive(queue, 3, "10s"))
                    .extracting(message -> message.get("attempt"))
                    .containsOnly(1);
        }

        @Test
        void tellsTheStatesApart() {
            String queue = newQueue();
            publish(queue, "held");
            receiveOne(queue);
            json("POST", "/v1/queues/" + queue + "/batch", "{\"messages\":[{\"text\":\"due\",\"delay\":\"1h\"}]}");
            publish(queue, "ready");
            for (Map.Entry<String, String> state : Map.of("ready", "ready", "scheduled", "due", "inFlight", "held")
                    .entrySet()) {
                assertThat(get("/v1/queues/" + queue + "/messages?state=" + state.getKey())
                                .jsonPath()
                                .getList("messages.text"))
                        .as(state.getKey())
                        .containsExactly(state.getValue());
            }
        }
    }
}
