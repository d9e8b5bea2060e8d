package dev.postrider.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.postrider.system.process.BrokerApi;
import dev.postrider.system.process.BrokerProcess;
import dev.postrider.system.process.RunningPrograms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two brokers on one external PostgreSQL: any of them serves any client. */
class ReplicasIT {
    @RegisterExtension
    private static final RunningPrograms PROGRAMS = new RunningPrograms();

    private static BrokerProcess one;
    private static BrokerProcess other;

    @BeforeAll
    static void startBothAtOnceOnAnEmptyDatabase() {
        String url = PROGRAMS.database().url();
        one = PROGRAMS.broker().onDatabase(url);
        other = PROGRAMS.broker().onDatabase(url);
        one.launch();
        other.launch();
        one.awaitReady(Duration.ofSeconds(120));
        other.awaitReady(Duration.ofSeconds(120));
    }

    @Test
    void anExternalDatabaseIsUsedInsteadOfAnEmbeddedOne() {
        assertThat(one.databaseProcess()).isEmpty();
        assertThat(one.dataDirectory()).doesNotExist();
    }

    @Test
    void queuesAreNotMadeOnFirstUseUnlessThatIsAskedFor() {
        assertThat(one.api()
                        .publish("unheard-of", "x", Map.of())
                        .expect(404)
                        .body()
                        .get("code")
                        .asText())
                .isEqualTo("queue-not-found");
    }

    @Test
    void aMessagePublishedOnOneReplicaIsConsumedOnTheOther() {
        one.api().putQueue("across", "{}");
        List<String> texts = texts("across", 200);
        one.api().publishBatch("across", texts).expect(201);

        List<String> received = new ArrayList<>();
        while (received.size() < texts.size()) {
            List<JsonNode> messages = other.api().receive("across", 100, "5s");
            assertThat(messages).as("after " + received.size()).isNotEmpty();
            messages.forEach(message -> received.add(message.get("text").asText()));
            assertThat(other.api()
                            .ack("across", BrokerApi.receipts(messages))
                            .get("settled")
                            .asInt())
                    .isEqualTo(messages.size());
        }
        assertThat(received).containsExactlyInAnyOrderElementsOf(texts);
    }

    @Test
    void aConsumerWaitingOnOneReplicaIsWokenByAPublishOnTheOther() throws Exception {
        one.api().putQueue("woken", "{}");
        other.api().receive("woken", 1, "100ms");
        List<JsonNode> messages = new ArrayList<>();
        Thread consumer = new Thread(() -> messages.addAll(other.api().receive("woken", 1, "20s")));
        consumer.start();
        dev.postrider.system.process.Eventually.pause(Duration.ofMillis(300));

        long begin = System.nanoTime();
        one.api().publish("woken", "up", Map.of()).expect(201);
        consumer.join();
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        System.out.println("A waiting consumer of another replica was woken after " + took.toMillis() + " ms");

        assertThat(messages).hasSize(1);
        assertThat(took).isLessThan(Duration.ofSeconds(18));
    }

    @Test
    void aTenantThatFloodsThroughOneReplicaKeepsNobodyWaitingOnTheOther() {
        one.api().putQueue("fair", "{\"fairness\":\"key\"}");
        one.api().post("/v1/queues/fair/batch", ofTenant("flood", 5_000)).expect(201);
        other.api().post("/v1/queues/fair/batch", ofTenant("modest", 10)).expect(201);
        one.api().post("/v1/queues/fair/batch", ofTenant("flood", 5_000)).expect(201);

        List<String> keys = new ArrayList<>();
        for (int i = 0; keys.size() < 500; i++) {
            BrokerApi api = i % 2 == 0 ? one.api() : other.api();
            List<JsonNode> messages = api.receive("fair", 50, "5s");
            assertThat(messages).as("after " + keys.size()).isNotEmpty();
            messages.forEach(message -> keys.add(message.get("key").asText()));
            api.ack("fair", BrokerApi.receipts(messages));
        }
        assertThat(keys.subList(0, 300).stream().filter("modest"::equals)).hasSize(10);
    }

    private static String ofTenant(String tenant, int count) {
        String message = "{\"text\":\"x\",\"key\":\"" + tenant + "\"}";
        return "{\"messages\":[" + String.join(",", Collections.nCopies(count, message)) + "]}";
    }

    @Test
    void whatOneReplicaDeliveredIsSettledThroughTheOther() {
        one.api().putQueue("forwarded", "{}");
        one.api().publishBatch("forwarded", texts("forwarded", 10)).expect(201);
        List<JsonNode> messages = one.api().receive("forwarded", 10, "5s");
        assertThat(messages).hasSize(10);

        JsonNode answer = other.api().ack("forwarded", BrokerApi.receipts(messages));
        assertThat(answer.get("failed")).isEmpty();
        assertThat(answer.get("settled").asInt()).isEqualTo(10);
        assertThat(one.api().receive("forwarded", 10, "500ms")).isEmpty();
        assertThat(one.api().stat("forwarded", "inFlight")).isZero();
    }

    @Test
    void aNackThroughTheOtherReplicaBringsTheMessageBackWithTheNextAttempt() {
        one.api().putQueue("nacked", "{}");
        one.api().publish("nacked", "again", Map.of()).expect(201);
        List<JsonNode> messages = one.api().receive("nacked", 1, "5s");

        JsonNode answer = other.api().settle("nacked", "nack", BrokerApi.receipts(messages), ",\"delay\":\"100ms\"");
        assertThat(answer.get("settled").asInt()).isEqualTo(1);
        List<JsonNode> again = other.api().receive("nacked", 1, "10s");
        assertThat(again).hasSize(1);
        assertThat(again.get(0).get("attempt").asInt()).isEqualTo(2);
    }

    @Test
    void aDuplicateIsRecognisedByEveryReplica() {
        one.api().putQueue("once", "{}");
        Map<String, String> key = Map.of("Idempotency-Key", "order-1");
        String first =
                one.api().publish("once", "x", key).expect(201).body().get("id").asText();
        String second = other.api()
                .publish("once", "x", key)
                .expect(201)
                .body()
                .get("id")
                .asText();

        assertThat(second).isEqualTo(first);
        assertThat(one.api().receive("once", 10, "1s")).hasSize(1);
    }

    private static List<String> texts(String prefix, int count) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add(prefix + "-" + i);
        }
        return texts;
    }
}
