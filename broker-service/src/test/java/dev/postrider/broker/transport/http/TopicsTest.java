package dev.postrider.broker.transport.http;

import static dev.postrider.broker.transport.http.Api.assertProblem;
import static dev.postrider.broker.transport.http.Api.get;
import static dev.postrider.broker.transport.http.Api.json;
import static dev.postrider.broker.transport.http.Api.newQueue;
import static dev.postrider.broker.transport.http.Api.post;
import static dev.postrider.broker.transport.http.Api.receive;
import static dev.postrider.broker.transport.http.Api.receiveOne;
import static dev.postrider.broker.transport.http.Api.request;
import static dev.postrider.broker.transport.http.Api.settle;
import static dev.postrider.broker.transport.http.Api.stats;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.transport.BrokerDatabase;
import dev.postrider.protocol.codec.RecordBatchWriter;
import dev.postrider.protocol.record.MessageRecord;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(BrokerDatabase.class)
class TopicsTest {
    private static final AtomicInteger LAST = new AtomicInteger();

    @Nested
    class ATopic {
        @Test
        void isCreatedShownAndDeleted() {
            Response created = json("PUT", "/v1/topics/shown", "{\"retention\":null}");
            assertThat(created.statusCode()).as(created.asString()).isEqualTo(201);
            assertThat(created.asString())
                    .startsWith("{\"name\":\"shown\",\"retention\":null,\"createdAt\":\"")
                    .endsWith("\"subscriptions\":[]}");
            assertThat(request().put("/v1/topics/shown").statusCode()).isEqualTo(200);
            assertThat(get("/v1/topics/shown").asString())
                    .isEqualTo(request().put("/v1/topics/shown").asString());

            assertThat(request().delete("/v1/topics/shown").statusCode()).isEqualTo(204);
            assertProblem(get("/v1/topics/shown"), 404, "topic-not-found");
            assertProblem(request().delete("/v1/topics/shown"), 404, "topic-not-found");
        }

        @Test
        void isListedByName() {
            for (String name : List.of("l-c", "l-a", "l-b")) {
                json("PUT", "/v1/topics/" + name, "{}");
            }
            Response first = get("/v1/topics?prefix=l-&limit=2");
            assertThat(first.jsonPath().getList("topics.name")).containsExactly("l-a", "l-b");
            Response second =
                    get("/v1/topics?prefix=l-&limit=2&after=" + first.jsonPath().getString("next"));
            assertThat(second.jsonPath().getList("topics.name")).containsExactly("l-c");
            assertThat(second.jsonPath().getString("next")).isNull();
        }

        @Test
        void isNotPublishedToBeforeItIsThereOrAfterItIsGone() {
            String topic = newTopic();
            String queue = subscribed(topic);
            publish(topic, "a");

            assertThat(request().delete("/v1/topics/" + topic).statusCode()).isEqualTo(204);

            assertProblem(post("/v1/topics/" + topic + "/messages", "text/plain", "b"), 404, "topic-not-found");
            assertThat(receiveOne(queue)).containsEntry("text", "a");
        }

        @Test
        void startsAnewWhenItIsMadeAgain() {
            String topic = newTopic();
            String before = subscribed(topic);
            publish(topic, "a");
            request().delete("/v1/topics/" + topic);
            request().put("/v1/topics/" + topic);
            String after = subscribed(topic);

            publish(topic, "b");

            assertThat(stats(before)).containsEntry("ready", 1);
            assertThat(receiveOne(after)).containsEntry("text", "b");
        }
    }

    @Nested
    class ASubscription {
        @Test
        void isCreatedWithItsQueueShownAndDeleted() {
            String topic = newTopic();
            String queue = topic + ".queue";
            Response created = request().put("/v1/topics/" + topic + "/subscriptions/" + queue);
            assertThat(created.statusCode()).as(created.asString()).isEqualTo(201);
            assertThat(created.asString())
                    .startsWith("{\"topic\":\"" + topic + "\",\"queue\":\"" + queue
                            + "\",\"filter\":null,\"createdAt\":\"");
            assertThat(get("/v1/queues/" + queue).statusCode()).isEqualTo(200);
            assertThat(json("PUT", "/v1/topics/" + topic + "/subscriptions/" + queue, "{\"filter\":null}")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(get("/v1/topics/" + topic + "/subscriptions/" + queue).asString())
                    .isEqualTo(created.asString());
            assertThat(get("/v1/topics/" + topic).jsonPath().getList("subscriptions.queue"))
                    .containsExactly(queue);

            assertThat(request()
                            .delete("/v1/topics/" + topic + "/subscriptions/" + queue)
                            .statusCode())
                    .isEqualTo(204);
            publish(topic, "late");
            assertThat(stats(queue)).containsEntry("ready", 0);
            assertProblem(
                    request().delete("/v1/topics/" + topic + "/subscriptions/" + queue), 404, "subscription-not-found");
            assertProblem(get("/v1/topics/" + topic + "/subscriptions/" + queue), 404, "subscription-not-found");
        }

        @Test
        void goesWithItsQueue() {
            String topic = newTopic();
            String gone = subscribed(topic);
            String stays = subscribed(topic);
            publish(topic, "a");

            request().delete("/v1/queues/" + gone);
            publish(topic, "b");

            assertThat(get("/v1/topics/" + topic).jsonPath().getList("subscriptions.queue"))
                    .containsExactly(stays);
            assertThat(receive(stays, 10, "5s"))
                    .extracting(message -> message.get("text"))
                    .containsExactly("a", "b");
            assertProblem(get("/v1/queues/" + gone), 404, "queue-not-found");
        }
    }

    @Nested
    class AMessage {
        @Test
        void reachesEveryQueueThatWasSubscribedBefore() {
            String topic = newTopic();
            String first = subscribed(topic);
            publish(topic, "a");
            String second = subscribed(topic);
            publish(topic, "b");

            List<Map<String, Object>> all = receive(first, 10, "5s");
            assertThat(all).extracting(message -> message.get("text")).containsExactly("a", "b");
            assertThat(all).allSatisfy(message -> assertThat(message).containsEntry("topic", topic));
            Map<String, Object> copy = receiveOne(second);
            assertThat(copy.get("id")).isEqualTo(all.get(1).get("id"));
            assertThat(copy).containsEntry("text", "b").containsEntry("queue", second);
            assertThat(copy.get("receipt")).isNotEqualTo(all.get(1).get("receipt"));
        }

        @Test
        void isDroppedWhereNobodySubscribed() {
            String topic = newTopic();

            assertThat(publish(topic, "a", "b")).doesNotHaveDuplicates().hasSize(2);

            assertThat(receive(subscribed(topic), 10, "0s")).isEmpty();
        }

        @Test
        void isSettledInEachQueueApart() {
            String topic = newTopic();
            String first = subscribed(topic);
            String second = subscribed(topic);
            publish(topic, "a");

            Object receipt = receiveOne(first).get("receipt");
            assertThat(settle(first, "ack", "", receipt).jsonPath().getInt("settled"))
                    .isEqualTo(1);
            Object failed = receiveOne(second).get("receipt");
            settle(second, "nack", ",\"delay\":\"0s\"", failed);

            Map<String, Object> again = receiveOne(second);
            assertThat(again)
                    .containsEntry("attempt", 2)
                    .containsEntry("topic", topic)
                    .containsEntry("text", "a");
            assertThat(receive(first, 10, "0s")).isEmpty();
        }

        @Test
        void keepsItsTopicAsADeadLetterAndGoesBackToItsQueueAlone() {
            String topic = newTopic();
            String first = subscribed(topic);
            String second = subscribed(topic);
            publish(topic, "a");
            settle(first, "dead-letter", "", receiveOne(first).get("receipt"));
            settle(second, "ack", "", receiveOne(second).get("receipt"));

            assertThat(get("/v1/queues/" + first + "/dead-letters").jsonPath().getString("deadLetters[0].topic"))
                    .isEqualTo(topic);
            json("POST", "/v1/queues/" + first + "/dead-letters/redrive", "{}");

            assertThat(receiveOne(first)).containsEntry("topic", topic).containsEntry("attempt", 1);
            assertThat(receive(second, 10, "0s")).isEmpty();
        }

        @Test
        void isStoredOnceForEachQueueHoweverOftenItIsSentWithAKey() {
            String topic = newTopic();
            String first = subscribed(topic);
            String second = subscribed(topic);

            String id = keyed(topic).jsonPath().getString("id");
            assertThat(keyed(topic).jsonPath().getString("id")).isEqualTo(id);

            for (String queue : List.of(first, second)) {
                assertThat(receive(queue, 10, "5s"))
                        .extracting(message -> message.get("id"))
                        .containsExactly(id);
            }
            // A queue with the key of its own is another target.
            assertThat(request()
                            .header("Idempotency-Key", "k")
                            .body("a")
                            .post("/v1/queues/" + first + "/messages")
                            .jsonPath()
                            .getString("id"))
                    .isNotEqualTo(id);
        }

        private Response keyed(String topic) {
            return request().header("Idempotency-Key", "k").body("a").post("/v1/topics/" + topic + "/messages");
        }

        @Test
        void expiresInAQueueByThatQueuesOwnLifetime() {
            String topic = newTopic();
            String mortal = newQueue("{\"ttl\":\"1h\"}");
            subscribe(topic, mortal);
            String immortal = subscribed(topic);
            publish(topic, "a");

            Map<String, Object> message = receiveOne(mortal);
            assertThat(message.get("expiresAt")).isNotNull();
            assertThat(receiveOne(immortal)).containsEntry("expiresAt", null);
            settle(mortal, "nack", ",\"delay\":\"0s\"", message.get("receipt"));
            assertThat(receiveOne(mortal).get("expiresAt")).isEqualTo(message.get("expiresAt"));
        }

        @Test
        void isNotHandedOutAfterAQueuesOwnLifetimeOnly() {
            String topic = newTopic();
            String mortal = newQueue("{\"ttl\":\"1ms\"}");
            subscribe(topic, mortal);
            String immortal = subscribed(topic);
            publish(topic, "a");
            receiveOne(immortal);

            assertThat(receive(mortal, 1, "100ms")).isEmpty();
        }

        @Test
        void isDelayedForEveryQueue() {
            String topic = newTopic();
            String first = subscribed(topic);
            String second = subscribed(topic);
            json(
                    "POST",
                    "/v1/topics/" + topic + "/batch",
                    "{\"messages\":[{\"text\":\"soon\",\"delay\":\"100ms\"},{\"text\":\"late\",\"delay\":\"1h\"}]}");

            assertThat(receiveOne(first)).containsEntry("text", "soon");
            assertThat(receiveOne(second)).containsEntry("text", "soon");
            assertThat(stats(first)).containsEntry("scheduled", 1);
            assertThat(stats(second)).containsEntry("scheduled", 1);
        }

        @Test
        void isRefusedWholeWhereOneQueueIsFull() {
            String topic = newTopic();
            String full = newQueue("{\"maxMessages\":2}");
            subscribe(topic, full);
            String wide = subscribed(topic);
            publish(topic, "a");

            assertProblem(
                    json(
                            "POST",
                            "/v1/topics/" + topic + "/batch",
                            "{\"messages\":[{\"text\":\"b\"},{\"text\":\"c\"}]}"),
                    429,
                    "queue-full");

            assertThat(stats(full)).containsEntry("ready", 1);
            assertThat(stats(wide)).containsEntry("ready", 1);
            publish(topic, "d");
            assertThat(stats(full)).containsEntry("ready", 2);
        }
    }

    @Nested
    class AFilter {
        @Test
        void saysWhichMessagesAQueueGets() {
            String topic = newTopic();
            String all = subscribed(topic);
            String eu = subscribed(topic, "headers.region = 'eu'");
            String rest = subscribed(topic, "NOT headers.region = 'eu' AND priority < 5");
            publishRegions(topic, 30);

            assertThat(numbers(all, 30))
                    .containsExactlyElementsOf(IntStream.range(0, 30).boxed().toList());
            assertThat(numbers(eu, 10)).allMatch(i -> i % 3 == 0).hasSize(10);
            assertThat(numbers(rest, 20)).allMatch(i -> i % 3 != 0).hasSize(20);
            for (String queue : List.of(all, eu, rest)) {
                assertThat(stats(queue)).containsEntry("ready", 0).containsEntry("inFlight", 0);
            }
        }

        @Test
        void countsWhatMatchesAlone() {
            String topic = newTopic();
            String eu = newQueue("{\"maxMessages\":3}");
            subscribe(topic, eu, "headers.region = 'eu'");
            publishRegions(topic, 9);

            assertThat(stats(eu)).containsEntry("ready", 3);
            assertThat(get("/v1/queues/" + eu + "/messages").jsonPath().getList("messages.text"))
                    .containsExactly("0", "3", "6");
            assertProblem(regions(topic, 1), 429, "queue-full");
            publish(topic, "of no region");
        }

        @Test
        void leavesNothingWhereNothingMatches() {
            String topic = newTopic();
            String queue = subscribed(topic, "headers.region = 'eu'");

            assertThat(publish(topic, "a", "b")).doesNotHaveDuplicates();

            assertThat(stats(queue)).containsEntry("ready", 0).containsEntry("bytes", 0);
        }

        @Test
        void holdsForWhatIsPublishedAfterItWasChanged() {
            String topic = newTopic();
            String queue = subscribed(topic, "headers.region = 'eu'");
            publishRegions(topic, 3);
            assertThat(json(
                                    "PUT",
                                    "/v1/topics/" + topic + "/subscriptions/" + queue,
                                    "{\"filter\":\"headers.region = 'us'\"}")
                            .jsonPath()
                            .getString("filter"))
                    .isEqualTo("headers.region = 'us'");

            publishRegions(topic, 3);

            assertThat(numbers(queue, 3)).containsExactlyInAnyOrder(0, 1, 2);
        }

        private void publishRegions(String topic, int count) {
            Response stored = regions(topic, count);
            assertThat(stored.statusCode()).as(stored.asString()).isEqualTo(201);
        }

        private Response regions(String topic, int count) {
            String messages = IntStream.range(0, count)
                    .mapToObj(i ->
                            "{\"text\":\"" + i + "\",\"headers\":{\"region\":\"" + (i % 3 == 0 ? "eu" : "us") + "\"}}")
                    .collect(Collectors.joining(","));
            return json("POST", "/v1/topics/" + topic + "/batch", "{\"messages\":[" + messages + "]}");
        }

        /** Takes and acknowledges so many, a few at a time. */
        private List<Integer> numbers(String queue, int count) {
            List<Integer> numbers = new ArrayList<>();
            while (numbers.size() < count) {
                List<Map<String, Object>> some = receive(queue, 7, "5s");
                assertThat(some).isNotEmpty();
                some.forEach(message -> numbers.add(Integer.valueOf((String) message.get("text"))));
                settle(
                        queue,
                        "ack",
                        "",
                        some.stream().map(message -> message.get("receipt")).toArray());
            }
            return numbers;
        }
    }

    @Nested
    class ABatch {
        @Test
        void mayHaveAnyForm() {
            String topic = newTopic();
            String queue = subscribed(topic);
            RecordBatchWriter records = new RecordBatchWriter();
            records.append(MessageRecord.builder()
                    .contentType("text/plain")
                    .body(new byte[] {'r'})
                    .build());

            publish(topic, "j");
            Response lines = post("/v1/topics/" + topic + "/batch", "application/x-ndjson", "{\"text\":\"n\"}\n");
            assertThat(lines.statusCode()).as(lines.asString()).isEqualTo(201);
            Response binary = request()
                    .header("Content-Type", "application/vnd.postrider.records")
                    .body(records.finish())
                    .post("/v1/topics/" + topic + "/batch");
            assertThat(binary.statusCode()).as(binary.asString()).isEqualTo(201);

            assertThat(receive(queue, 10, "5s"))
                    .extracting(message -> message.get("text"), message -> message.get("topic"))
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple("j", topic),
                            org.assertj.core.groups.Tuple.tuple("n", topic),
                            org.assertj.core.groups.Tuple.tuple("r", topic));
        }
    }

    @Nested
    class Badly {
        @Test
        void formedRequestsAreRefused() {
            String topic = newTopic();
            assertProblem(json("PUT", "/v1/topics/" + topic, "{\"retentoin\":\"1h\"}"), 400, "invalid-request");
            assertProblem(json("PUT", "/v1/topics/" + topic, "{\"retention\":\"soon\"}"), 400, "invalid-request");
            assertProblem(json("PUT", "/v1/topics/" + topic, "{\"retention\":\"0s\"}"), 400, "invalid-request");
            String subscription = "/v1/topics/" + topic + "/subscriptions/q";
            assertProblem(json("PUT", subscription, "{\"filter\":1}"), 400, "invalid-request");
            assertProblem(json("PUT", subscription, "{\"fliter\":\"\"}"), 400, "invalid-request");
            Response unreadable = json("PUT", subscription, "{\"filter\":\"priority > 3 AND AND\"}");
            assertProblem(unreadable, 400, "invalid-request");
            assertThat(unreadable.jsonPath().getString("detail")).contains("18");
            assertThat(get("/v1/topics/" + topic).jsonPath().getList("subscriptions"))
                    .isEmpty();
        }
    }

    static String newTopic() {
        String name = "t-" + ProcessHandle.current().pid() + "-" + LAST.incrementAndGet();
        assertThat(request().put("/v1/topics/" + name).statusCode()).isEqualTo(201);
        return name;
    }

    static String subscribed(String topic) {
        String queue = newQueue();
        subscribe(topic, queue);
        return queue;
    }

    static String subscribed(String topic, String filter) {
        String queue = newQueue();
        subscribe(topic, queue, filter);
        return queue;
    }

    private static void subscribe(String topic, String queue, String filter) {
        Response put =
                json("PUT", "/v1/topics/" + topic + "/subscriptions/" + queue, "{\"filter\":\"" + filter + "\"}");
        assertThat(put.statusCode()).as(put.asString()).isEqualTo(201);
    }

    private static void subscribe(String topic, String queue) {
        assertThat(request()
                        .put("/v1/topics/" + topic + "/subscriptions/" + queue)
                        .statusCode())
                .isEqualTo(201);
    }

    private static List<String> publish(String topic, String... texts) {
        String messages = List.of(texts).stream()
                .map(text -> "{\"text\":\"" + text + "\"}")
                .collect(Collectors.joining(","));
        Response stored = json("POST", "/v1/topics/" + topic + "/batch", "{\"messages\":[" + messages + "]}");
        assertThat(stored.statusCode()).as(stored.asString()).isEqualTo(201);
        return stored.jsonPath().getList("ids");
    }
}
