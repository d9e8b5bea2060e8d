package dev.postrider.broker.transport.http;

import static dev.postrider.broker.transport.http.Api.assertProblem;
import static dev.postrider.broker.transport.http.Api.get;
import static dev.postrider.broker.transport.http.Api.json;
import static dev.postrider.broker.transport.http.Api.newQueue;
import static dev.postrider.broker.transport.http.Api.publish;
import static dev.postrider.broker.transport.http.Api.receive;
import static dev.postrider.broker.transport.http.Api.receiveOne;
import static dev.postrider.broker.transport.http.Api.request;
import static dev.postrider.broker.transport.http.Api.settle;
import static dev.postrider.broker.transport.http.Api.stats;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.transport.BrokerDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(BrokerDatabase.class)
class ManagementTest {
    @Nested
    class AQueue {
        @Test
        void isCreatedAndThenReplaced() {
            Response created = request().put("/v1/queues/m-created");
            assertThat(created.statusCode()).as(created.asString()).isEqualTo(201);
            assertThat(created.asString())
                    .startsWith("{\"name\":\"m-created\",\"settings\":{\"lease\":\"30s\",\"maxAttempts\":5,\"retry\":{")
                    .contains("\"paused\":false,\"createdAt\":\"")
                    .endsWith("\"stats\":{\"ready\":0,\"inFlight\":0,\"scheduled\":0,\"deadLettered\":0,\"bytes\":0,"
                            + "\"oldestReadyAge\":null,\"consumers\":0}}");

            Response replaced =
                    json("PUT", "/v1/queues/m-created", "{\"lease\":\"PT5S\",\"retry\":{\"multiplier\":3}}");
            assertThat(replaced.statusCode()).isEqualTo(200);
            assertThat(get("/v1/queues/m-created").jsonPath().getMap("settings"))
                    .containsEntry("lease", "PT5S")
                    .containsEntry("maxAttempts", 5);
        }

        @Test
        void showsItsFigures() {
            String queue = newQueue();
            publish(queue, "a", "b", "c");
            receiveOne(queue);
            Map<String, Object> stats = stats(queue);
            assertThat(stats).containsEntry("ready", 2).containsEntry("inFlight", 1);
            assertThat((Integer) stats.get("bytes")).isPositive();
            assertThat(stats.get("oldestReadyAge")).asString().matches("[0-9]+\\.[0-9]s");
        }

        @Test
        void isListedByName() {
            assertThat(get("/v1/queues?prefix=&limit=&after=").statusCode()).isEqualTo(200);
            for (String name : List.of("l-c", "l-a", "l-b")) {
                json("PUT", "/v1/queues/" + name, "{}");
            }
            Response first = get("/v1/queues?prefix=l-&limit=2");
            assertThat(first.jsonPath().getList("queues.name")).containsExactly("l-a", "l-b");
            Response second =
                    get("/v1/queues?prefix=l-&limit=2&after=" + first.jsonPath().getString("next"));
            assertThat(second.jsonPath().getList("queues.name")).containsExactly("l-c");
            assertThat(second.jsonPath().getString("next")).isNull();
        }

        @Test
        void isDeletedWithItsMessages() {
            String queue = newQueue();
            publish(queue, "a");
            assertProblem(request().delete("/v1/queues/" + queue + "?ifEmpty=true"), 409, "queue-not-empty");
            Response deleted = request().delete("/v1/queues/" + queue);
            assertThat(deleted.statusCode()).isEqualTo(204);
            assertThat(deleted.asString()).isEmpty();
            assertProblem(get("/v1/queues/" + queue), 404, "queue-not-found");
            assertProblem(request().delete("/v1/queues/" + queue), 404, "queue-not-found");
        }

        @Test
        void isPurgedOfWhatIsReadyAndScheduled() {
            String queue = newQueue();
            publish(queue, "a", "b", "c");
            receiveOne(queue);
            json("POST", "/v1/queues/" + queue + "/batch", "{\"messages\":[{\"text\":\"d\",\"delay\":\"1h\"}]}");
            assertThat(request().post("/v1/queues/" + queue + "/purge").asString())
                    .isEqualTo("{\"purged\":3}");
            assertThat(stats(queue))
                    .containsEntry("ready", 0)
                    .containsEntry("scheduled", 0)
                    .containsEntry("inFlight", 1);
        }

        @Test
        void leavesNothingThatIsReadyWhenItIsPurgedThoughItsRateHoldsItBack() {
            String queue = newQueue();
            json("PUT", "/v1/queues/" + queue, "{\"maxDeliveryRate\":\"1/m\"}");
            publish(queue, "a", "b", "c", "d", "e");
            receive(queue, 5, "1s");

            assertThat(request().post("/v1/queues/" + queue + "/purge").asString())
                    .isEqualTo("{\"purged\":4}");
            assertThat(stats(queue)).containsEntry("ready", 0).containsEntry("inFlight", 1);
        }

        @Test
        void tellsTheAgeOfWhatIsReadyBehindOthersOfItsKey() {
            String queue = newQueue();
            json("PUT", "/v1/queues/" + queue, "{\"ordering\":\"strict\"}");
            publish(queue, "a", "b");
            receiveOne(queue);

            assertThat(stats(queue)).containsEntry("ready", 1).doesNotContainEntry("oldestReadyAge", null);
        }

        @Test
        void buriesWhatWasAttemptedMoreOftenThanItMayBeNowAndSaysSo() {
            String queue = newQueue();
            publish(queue, "a");
            for (int attempt = 0; attempt < 3; attempt++) {
                json(
                        "POST",
                        "/v1/queues/" + queue + "/nack",
                        "{\"receipts\":[\"" + receiveOne(queue).get("receipt") + "\"],\"delay\":\"0s\"}");
            }
            json("PUT", "/v1/queues/" + queue, "{\"maxAttempts\":2}");

            assertThat(receive(queue, 1, "100ms")).isEmpty();
            assertThat(request()
                            .get("/v1/queues/" + queue + "/dead-letters")
                            .jsonPath()
                            .getString("deadLetters[0].error"))
                    .contains("'maxAttempts' was lowered");
        }

        @Test
        void deliversNothingWhilePaused() {
            String queue = newQueue();
            assertThat(request()
                            .post("/v1/queues/" + queue + "/pause")
                            .jsonPath()
                            .getBoolean("paused"))
                    .isTrue();
            publish(queue, "a");
            assertThat(receive(queue, 1, "500ms")).isEmpty();
            assertThat(json("POST", "/v1/queues/" + queue + "/resume", "{}")
                            .jsonPath()
                            .getBoolean("paused"))
                    .isFalse();
            assertThat(receiveOne(queue)).containsEntry("text", "a");
        }
    }

    @Nested
    class DeadLetters {
        @Test
        void areListedPageByPage() {
            String queue = queueWithDeadLetters("a", "b", "c");
            Response first = get("/v1/queues/" + queue + "/dead-letters?limit=2");
            assertThat(first.jsonPath().getList("deadLetters.text")).hasSize(2);
            Response second = get("/v1/queues/" + queue + "/dead-letters?limit=2&after="
                    + first.jsonPath().getString("next"));
            assertThat(second.jsonPath().getList("deadLetters.text")).hasSize(1);
            assertThat(second.jsonPath().getString("next")).isNull();
            assertThat(get("/v1/queues/" + queue + "/dead-letters?reason=expired")
                            .jsonPath()
                            .getList("deadLetters"))
                    .isEmpty();
        }

        @Test
        void goBackToWork() {
            String queue = queueWithDeadLetters("a", "b");
            String id = get("/v1/queues/" + queue + "/dead-letters?limit=1")
                    .jsonPath()
                    .getString("deadLetters[0].id");
            assertThat(json("POST", "/v1/queues/" + queue + "/dead-letters/redrive", "{\"ids\":[\"" + id + "\"]}")
                            .asString())
                    .isEqualTo("{\"redriven\":1}");
            assertThat(receiveOne(queue)).containsEntry("id", id).containsEntry("attempt", 1);
            assertThat(stats(queue)).containsEntry("deadLettered", 1);
        }

        @Test
        void goToAnotherQueueWhereAsked() {
            String queue = queueWithDeadLetters("a");
            String other = newQueue();
            assertThat(json("POST", "/v1/queues/" + queue + "/dead-letters/redrive", "{\"to\":\"" + other + "\"}")
                            .asString())
                    .isEqualTo("{\"redriven\":1}");
            assertThat(receiveOne(other)).containsEntry("text", "a").containsEntry("queue", other);
        }

        @Test
        void areDroppedOneByOneOrAll() {
            String queue = queueWithDeadLetters("a", "b");
            String path = "/v1/queues/" + queue + "/dead-letters";
            String id = get(path).jsonPath().getString("deadLetters[0].id");
            assertThat(request().delete(path + "/" + id).statusCode()).isEqualTo(204);
            assertProblem(request().delete(path + "/" + id), 404, "dead-letter-not-found");
            assertThat(request().delete(path).statusCode()).isEqualTo(204);
            assertThat(get(path).jsonPath().getList("deadLetters")).isEmpty();
        }

        private String queueWithDeadLetters(String... texts) {
            String queue = newQueue();
            publish(queue, texts);
            Object[] receipts = receive(queue, texts.length, "10s").stream()
                    .map(message -> message.get("receipt"))
                    .toArray();
            assertThat(settle(queue, "dead-letter", "", receipts).jsonPath().getInt("settled"))
                    .isEqualTo(texts.length);
            return queue;
        }
    }

    @Nested
    class BesideTheApi {
        @Test
        void theDescriptionIsServed() {
            Response yaml = get("/openapi");
            assertThat(yaml.statusCode()).isEqualTo(200);
            assertThat(yaml.asString()).contains("/v1/queues/{queue}/receive");
        }

        @Test
        void healthAndMetricsAreServed() {
            assertThat(get("/health/live").statusCode()).isEqualTo(200);
            assertThat(get("/health/ready").statusCode()).isEqualTo(200);
            assertThat(get("/metrics").statusCode()).isEqualTo(200);
        }
    }
}
