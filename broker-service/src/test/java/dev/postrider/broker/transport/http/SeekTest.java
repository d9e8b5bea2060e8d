package dev.postrider.broker.transport.http;

import static dev.postrider.broker.transport.http.Api.assertProblem;
import static dev.postrider.broker.transport.http.Api.json;
import static dev.postrider.broker.transport.http.Api.newQueue;
import static dev.postrider.broker.transport.http.Api.receive;
import static dev.postrider.broker.transport.http.Api.receiveOne;
import static dev.postrider.broker.transport.http.Api.settle;
import static dev.postrider.broker.transport.http.Api.stats;
import static dev.postrider.broker.transport.http.TopicsTest.newTopic;
import static dev.postrider.broker.transport.http.TopicsTest.subscribed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.transport.BrokerDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(BrokerDatabase.class)
class SeekTest {
    private static final String LONG_AGO = "2020-01-01T00:00:00Z";

    @Nested
    class WhatATopicRetains {
        @Test
        void goesToAQueueThatCameLateInTheOrderInWhichItWasPublished() {
            String topic = retaining("1h");
            String first = publish(topic, "{\"text\":\"a\"}").get(0);
            String second = publish(topic, "{\"text\":\"b\"}").get(0);
            String queue = subscribed(topic);
            assertThat(receive(queue, 10, "0s")).isEmpty();

            assertThat(seek(queue, LONG_AGO)).isEqualTo(2);

            List<Map<String, Object>> messages = receive(queue, 10, "5s");
            assertThat(messages).extracting(message -> message.get("id")).containsExactly(first, second);
            assertThat(messages)
                    .allSatisfy(message ->
                            assertThat(message).containsEntry("topic", topic).containsEntry("attempt", 1));
        }

        @Test
        void comesAgainUnlessTheQueueStillOwesIt() {
            String topic = retaining("1h");
            String queue = subscribed(topic);
            publish(topic, "{\"text\":\"a\"},{\"text\":\"b\"},{\"text\":\"c\"}");
            Map<String, Object> done = receiveOne(queue);
            settle(queue, "ack", "", done.get("receipt"));

            assertThat(seek(queue, LONG_AGO)).isEqualTo(1);

            assertThat(receive(queue, 10, "5s")).hasSize(3).anySatisfy(message -> assertThat(message)
                    .containsEntry("id", done.get("id"))
                    .containsEntry("publishedAt", done.get("publishedAt")));
        }

        @Test
        void isSoughtFromAnInstantOnAndThroughTheFilter() {
            String topic = retaining("1h");
            String all = subscribed(topic);
            publish(topic, "{\"text\":\"before\"}");
            Map<String, Object> first = receiveOne(all);
            settle(all, "ack", "", first.get("receipt"));
            String before = (String) first.get("publishedAt");
            String from = Instant.parse(before).plusMillis(1).toString();
            publish(topic, "{\"text\":\"x\",\"priority\":3},{\"text\":\"y\"}");
            String urgent = subscribed(topic, "priority > 0");

            assertThat(seek(urgent, from)).isEqualTo(1);
            assertThat(receiveOne(urgent)).containsEntry("text", "x");
            assertThat(seek(all, before)).isEqualTo(1);
        }

        @Test
        void reachesAnOrderedQueueBehindWhatItOwes() {
            String topic = retaining("1h");
            publish(topic, "{\"text\":\"1\",\"key\":\"k\"},{\"text\":\"2\",\"key\":\"k\"}");
            String queue = newQueue("{\"ordering\":\"key\"}");
            json("PUT", "/v1/topics/" + topic + "/subscriptions/" + queue, "{}");
            publish(topic, "{\"text\":\"3\",\"key\":\"k\"}");

            assertThat(seek(queue, LONG_AGO)).isEqualTo(2);

            for (String text : List.of("3", "1", "2")) {
                Map<String, Object> message = receiveOne(queue);
                assertThat(message).containsEntry("text", text);
                settle(queue, "ack", "", message.get("receipt"));
            }
        }

        @Test
        void reachesAQueueThatIsFull() {
            String topic = retaining("1h");
            publish(topic, "{\"text\":\"a\"},{\"text\":\"b\"}");
            String queue = newQueue("{\"maxMessages\":1}");
            json("PUT", "/v1/topics/" + topic + "/subscriptions/" + queue, "{}");

            assertThat(seek(queue, LONG_AGO)).isEqualTo(2);

            assertThat(receive(queue, 10, "5s")).hasSize(2);
        }

        @Test
        void waitsUntilItIsDueAndDoesNotComeOnceItHasExpired() {
            String topic = retaining("1h");
            publish(
                    topic,
                    "{\"text\":\"later\",\"delay\":\"1h\"},{\"text\":\"gone\",\"ttl\":\"1ms\"},{\"text\":\"now\"}");
            String queue = subscribed(topic);

            assertThat(seek(queue, LONG_AGO)).isEqualTo(2);

            assertThat(receiveOne(queue)).containsEntry("text", "now");
            assertThat(stats(queue)).containsEntry("scheduled", 1).containsEntry("ready", 0);
        }

        @Test
        void goesByTheRetentionOfToday() {
            String topic = retaining("1h");
            publish(topic, "{\"text\":\"a\"}");
            String queue = subscribed(topic);
            json("PUT", "/v1/topics/" + topic, "{\"retention\":null}");
            assertThat(seek(queue, LONG_AGO)).isZero();
            json("PUT", "/v1/topics/" + topic, "{\"retention\":\"24h\"}");
            assertThat(seek(queue, LONG_AGO)).isLessThanOrEqualTo(1);
        }

        @Test
        void doesNotCountInTheQueuesFiguresAndGoesWithTheTopic() {
            String topic = retaining("24h");
            String queue = subscribed(topic);
            publish(topic, "{\"text\":\"a\"}");
            settle(queue, "ack", "", receiveOne(queue).get("receipt"));

            assertThat(stats(queue)).containsEntry("ready", 0).containsEntry("bytes", 0);
            assertThat(Api.request().delete("/v1/topics/" + topic).statusCode()).isEqualTo(204);
            assertThat(seek(queue, LONG_AGO)).isZero();
            json("PUT", "/v1/topics/" + topic, "{\"retention\":\"24h\"}");
            json("PUT", "/v1/topics/" + topic + "/subscriptions/" + queue, "{}");
            assertThat(seek(queue, LONG_AGO)).isZero();
        }
    }

    @Nested
    class ASeek {
        @Test
        void findsNothingWithoutRetention() {
            String topic = newTopic();
            String queue = subscribed(topic);
            publish(topic, "{\"text\":\"a\"}");
            settle(queue, "ack", "", receiveOne(queue).get("receipt"));

            assertThat(seek(queue, LONG_AGO)).isZero();
            assertThat(seek(newQueue(), LONG_AGO)).isZero();
        }

        @ParameterizedTest
        @ValueSource(strings = {"1066-10-14T09:00:00+01:00", "1970-01-01T00:00:00Z", "2010-06-01T00:00:00-05:00"})
        void fromBeforeAnythingWasFindsEverything(String from) {
            String topic = retaining("1h");
            publish(topic, "{\"text\":\"a\"}");

            assertThat(seek(subscribed(topic), from)).isEqualTo(1);
        }

        @Test
        void fromAnInstantToComeFindsNothing() {
            String topic = retaining("1h");
            publish(topic, "{\"text\":\"a\"}");

            assertThat(seek(subscribed(topic), "9999-01-01T00:00:00Z")).isZero();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "{}",
                    "{\"from\":null}",
                    "{\"from\":\"yesterday\"}",
                    "{\"from\":\"2026-01-01T00:00:00\"}",
                    "{\"from\":17}",
                    "{\"from\":\"2026-01-01T00:00:00Z\",\"to\":\"2026-01-02T00:00:00Z\"}",
                    "[]"
                })
        void isRefusedIfItSaysNoInstant(String body) {
            assertProblem(json("POST", "/v1/queues/" + newQueue() + "/seek", body), 400, "invalid-request");
        }

        @Test
        void ofNoQueueIsNotFound() {
            assertProblem(
                    json("POST", "/v1/queues/no-such-queue/seek", "{\"from\":\"" + LONG_AGO + "\"}"),
                    404,
                    "queue-not-found");
        }
    }

    private static String retaining(String retention) {
        String topic = newTopic();
        Response put = json("PUT", "/v1/topics/" + topic, "{\"retention\":\"" + retention + "\"}");
        assertThat(put.statusCode()).as(put.asString()).isEqualTo(200);
        assertThat(put.jsonPath().getString("retention")).isEqualTo(retention);
        return topic;
    }

    private static int seek(String queue, String from) {
        Response sought = json("POST", "/v1/queues/" + queue + "/seek", "{\"from\":\"" + from + "\"}");
        assertThat(sought.statusCode()).as(sought.asString()).isEqualTo(200);
        return sought.jsonPath().getInt("requeued");
    }

    private static List<String> publish(String topic, String messages) {
        Response stored = json("POST", "/v1/topics/" + topic + "/batch", "{\"messages\":[" + messages + "]}");
        assertThat(stored.statusCode()).as(stored.asString()).isEqualTo(201);
        return stored.jsonPath().getList("ids");
    }
}
