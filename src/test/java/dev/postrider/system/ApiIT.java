package dev.postrider.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.postrider.system.process.BrokerApi;
import dev.postrider.system.process.BrokerApi.Answer;
import dev.postrider.system.process.BrokerProcess;
import dev.postrider.system.process.Eventually;
import dev.postrider.system.process.RunningPrograms;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The HTTP API, call by call, as a client in any language sees it: the packaged broker, no library of ours. */
class ApiIT {
    @RegisterExtension
    private static final RunningPrograms PROGRAMS = new RunningPrograms();

    private static BrokerApi api;

    @BeforeAll
    static void start() {
        BrokerProcess broker = PROGRAMS.broker();
        broker.start();
        api = broker.api();
    }

    private static String queue(String name) {
        return "/v1/queues/" + name;
    }

    private static String publish(String queue, String text, Map<String, String> headers) {
        return api.publish(queue, text, headers).expect(201).body().get("id").asText();
    }

    private static JsonNode one(String queue) {
        List<JsonNode> messages = api.receive(queue, 1, "5s");
        assertThat(messages).hasSize(1);
        return messages.get(0);
    }

    private static JsonNode settle(String queue, String call, JsonNode message, String more) {
        JsonNode answer = api.settle(queue, call, BrokerApi.receipts(List.of(message)), more);
        assertThat(answer.get("settled").asInt()).as(answer.toString()).isEqualTo(1);
        assertThat(answer.get("failed")).isEmpty();
        return answer;
    }

    @Nested
    class Queues {
        @Test
        void aNewQueueHasTheDefaultsAndAChangedOneWhatWasGiven() {
            Answer created = api.put(queue("settings"), "{}").expect(201);
            JsonNode settings = created.body().get("settings");
            assertThat(settings.get("lease").asText()).isEqualTo("30s");
            assertThat(settings.get("maxAttempts").asInt()).isEqualTo(5);
            assertThat(settings.at("/retry/initialDelay").asText()).isEqualTo("1s");
            assertThat(settings.at("/retry/multiplier").asDouble()).isEqualTo(2.0);
            assertThat(settings.at("/retry/maxDelay").asText()).isEqualTo("10m");
            assertThat(settings.at("/retry/jitter").asDouble()).isEqualTo(0.2);
            assertThat(settings.get("ttl").isNull()).isTrue();
            assertThat(settings.get("overflow").asText()).isEqualTo("reject");
            assertThat(settings.get("ordering").asText()).isEqualTo("none");
            assertThat(settings.get("deduplicationWindow").asText()).isEqualTo("5m");
            assertThat(settings.get("durability").asText()).isEqualTo("durable");
            assertThat(created.body().get("paused").asBoolean()).isFalse();
            assertThat(OffsetDateTime.parse(created.body().get("createdAt").asText()))
                    .isNotNull();

            api.put(queue("settings"), "{\"lease\":\"1m\",\"maxAttempts\":3}").expect(200);
            settings = api.get(queue("settings")).expect(200).body().get("settings");
            assertThat(settings.get("lease").asText()).isIn("1m", "60s");
            assertThat(settings.get("maxAttempts").asInt()).isEqualTo(3);
            api.put(queue("settings"), "{}").expect(200);
            assertThat(api.get(queue("settings"))
                            .body()
                            .at("/settings/maxAttempts")
                            .asInt())
                    .as("what a replacement leaves out takes its default")
                    .isEqualTo(5);
        }

        @Test
        void theSettingsOfAnAnswerMayBePutBack() {
            JsonNode settings = api.put(queue("round-trip"), "{\"lease\":\"45s\"}")
                    .expect(201)
                    .body()
                    .get("settings");
            JsonNode again = api.put(queue("round-trip"), settings.toString())
                    .expect(200)
                    .body()
                    .get("settings");
            assertThat(again).isEqualTo(settings);
        }

        @Test
        void theListGoesByNamePageByPage() {
            for (String name : List.of("page-c", "page-a", "page-e", "page-b", "page-d")) {
                api.put(queue(name), "{}").expect(201);
            }
            List<String> names = new ArrayList<>();
            String after = "";
            int pages = 0;
            do {
                JsonNode page = api.get("/v1/queues?prefix=page-&limit=2" + after)
                        .expect(200)
                        .body();
                page.get("queues").forEach(queue -> names.add(queue.get("name").asText()));
                after = page.path("next").isTextual()
                        ? "&after=" + page.get("next").asText()
                        : "";
                pages++;
            } while (!after.isEmpty() && pages < 10);
            assertThat(names).containsExactly("page-a", "page-b", "page-c", "page-d", "page-e");
        }

        @Test
        void aQueueIsDeletedWithItsMessagesUnlessItMustBeEmpty() {
            publish("deleted", "x", Map.of());
            Answer refused = api.delete(queue("deleted") + "?ifEmpty=true").expect(409);
            assertThat(refused.body().get("code").asText()).isEqualTo("queue-not-empty");
            api.delete(queue("deleted")).expect(204);
            api.get(queue("deleted")).expect(404);
            api.delete(queue("deleted")).expect(404);
            api.put(queue("deleted"), "{}").expect(201);
            assertThat(api.receive("deleted", 10, "300ms")).isEmpty();
        }

        @Test
        void aPausedQueueTakesMessagesAndDeliversNone() {
            api.put(queue("paused"), "{}");
            assertThat(api.post(queue("paused") + "/pause", "")
                            .expect(200)
                            .body()
                            .get("paused")
                            .asBoolean())
                    .isTrue();
            publish("paused", "waiting", Map.of());
            assertThat(api.receive("paused", 10, "700ms")).isEmpty();
            assertThat(api.post(queue("paused") + "/resume", "")
                            .expect(200)
                            .body()
                            .get("paused")
                            .asBoolean())
                    .isFalse();
            assertThat(one("paused").get("text").asText()).isEqualTo("waiting");
        }

        @Test
        void aPurgeDropsWhatIsReadyAndScheduledAndLeavesWhatIsInFlight() {
            publish("purged", "in flight", Map.of());
            JsonNode held = one("purged");
            publish("purged", "ready", Map.of());
            publish("purged", "scheduled", Map.of("Postrider-Delay", "1h"));
            assertThat(api.post(queue("purged") + "/purge", "")
                            .expect(200)
                            .body()
                            .get("purged")
                            .asInt())
                    .isEqualTo(2);
            assertThat(api.stat("purged", "ready")).isZero();
            assertThat(api.stat("purged", "scheduled")).isZero();
            settle("purged", "ack", held, "");
        }

        @Test
        void theFiguresTellWhereMessagesAre() {
            for (int i = 0; i < 5; i++) {
                publish("figures", "m" + i, Map.of());
            }
            publish("figures", "later", Map.of("Postrider-Delay", "1h"));
            List<JsonNode> held = api.receive("figures", 2, "5s");
            settle("figures", "dead-letter", held.get(0), "");
            JsonNode stats = api.get(queue("figures")).expect(200).body().get("stats");
            assertThat(stats.get("ready").asInt()).isEqualTo(3);
            assertThat(stats.get("inFlight").asInt()).isEqualTo(1);
            assertThat(stats.get("scheduled").asInt()).isEqualTo(1);
            assertThat(stats.get("deadLettered").asInt()).isEqualTo(1);
            assertThat(stats.get("bytes").asInt()).isPositive();
            assertThat(stats.get("oldestReadyAge").asText()).endsWith("s");
            assertThat(stats.get("consumers").asInt()).isZero();
        }
    }

    @Nested
    class Publishing {
        @Test
        void aSingleMessageIsDeliveredAsItWasGiven() {
            Map<String, String> headers = Map.of(
                    "Postrider-Id", "my-id",
                    "Postrider-Key", "customer-7",
                    "Postrider-Priority", "4",
                    "Postrider-Ttl", "1h",
                    "Postrider-Header-Tenant", "blue",
                    "traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
            assertThat(publish("single", "gr\u00fc\u00df dich \ud83d\ude00", headers))
                    .isEqualTo("my-id");
            JsonNode message = one("single");
            assertThat(message.get("id").asText()).isEqualTo("my-id");
            assertThat(message.get("queue").asText()).isEqualTo("single");
            assertThat(message.get("topic").isNull()).isTrue();
            assertThat(message.get("key").asText()).isEqualTo("customer-7");
            assertThat(message.get("priority").asInt()).isEqualTo(4);
            assertThat(message.get("attempt").asInt()).isEqualTo(1);
            assertThat(message.get("contentType").asText()).startsWith("text/plain");
            assertThat(message.get("text").asText()).isEqualTo("gr\u00fc\u00df dich \ud83d\ude00");
            assertThat(message.has("body") || message.has("base64")).isFalse();
            JsonNode given = message.get("headers");
            assertThat(given.properties().stream().map(Map.Entry::getKey).map(String::toLowerCase))
                    .contains("tenant", "traceparent");
            OffsetDateTime published =
                    OffsetDateTime.parse(message.get("publishedAt").asText());
            OffsetDateTime expires =
                    OffsetDateTime.parse(message.get("expiresAt").asText());
            assertThat(Duration.between(published, expires)).isBetween(Duration.ofMinutes(59), Duration.ofMinutes(61));
        }

        @Test
        void aBodyIsJsonTextOrBase64() {
            byte[] bytes = {0, (byte) 0xff, 1, (byte) 0xfe};
            post("kinds", "application/json", "{\"a\":[1,null]}".getBytes(StandardCharsets.UTF_8));
            post("kinds", "text/html", "<p>".getBytes(StandardCharsets.UTF_8));
            post("kinds", "application/octet-stream", bytes);
            List<JsonNode> messages = new ArrayList<>();
            while (messages.size() < 3) {
                messages.add(one("kinds"));
            }
            assertThat(messages.get(0).get("body").toString()).isEqualTo("{\"a\":[1,null]}");
            assertThat(messages.get(1).get("text").asText()).isEqualTo("<p>");
            assertThat(Base64.getDecoder().decode(messages.get(2).get("base64").asText()))
                    .isEqualTo(bytes);
        }

        @Test
        void aBatchIsAnsweredInOrder() {
            JsonNode ids = api.post(
                            queue("batch") + "/batch",
                            "{\"messages\":[{\"body\":{\"n\":1},\"id\":\"first\"},"
                                    + "{\"text\":\"two\",\"headers\":{\"h\":\"v\"}},"
                                    + "{\"base64\":\"AP8=\",\"contentType\":\"image/x\"}]}")
                    .expect(201)
                    .body()
                    .get("ids");
            assertThat(ids).hasSize(3);
            assertThat(ids.get(0).asText()).isEqualTo("first");
            List<JsonNode> messages = api.receive("batch", 10, "5s");
            assertThat(messages)
                    .extracting(message -> message.get("id").asText())
                    .containsExactly("first", ids.get(1).asText(), ids.get(2).asText());
            assertThat(messages.get(0).at("/body/n").asInt()).isEqualTo(1);
            assertThat(messages.get(1).at("/headers/h").asText()).isEqualTo("v");
            assertThat(messages.get(2).get("base64").asText()).isEqualTo("AP8=");
            assertThat(messages.get(2).get("contentType").asText()).isEqualTo("image/x");
        }

        @Test
        void aStreamOfLinesIsStoredToo() {
            StringBuilder lines = new StringBuilder();
            for (int i = 0; i < 2500; i++) {
                lines.append("{\"text\":\"line ").append(i).append("\"}\n");
            }
            Answer answer = post(
                    "lines", "batch", "application/x-ndjson", lines.toString().getBytes(StandardCharsets.UTF_8));
            assertThat(answer.status()).as(answer.response().body()).isEqualTo(201);
            assertThat(api.stat("lines", "ready")).isEqualTo(2500);
        }

        @Test
        void aDuplicateIsAnsweredAsTheFirstWasAndStoresNothing() {
            String first = publish("dedup", "x", Map.of("Idempotency-Key", "k1"));
            assertThat(publish("dedup", "x", Map.of("Idempotency-Key", "k1"))).isEqualTo(first);
            assertThat(publish("dedup", "y", Map.of("Postrider-Id", "own"))).isEqualTo("own");
            assertThat(publish("dedup", "y", Map.of("Postrider-Id", "own"))).isEqualTo("own");
            assertThat(publish("dedup", "x", Map.of("Idempotency-Key", "k2"))).isNotEqualTo(first);
            assertThat(api.receive("dedup", 10, "1s")).hasSize(3);
        }

        @Test
        void theKeyIsForgottenAfterTheWindow() {
            api.put(queue("window"), "{\"deduplicationWindow\":\"500ms\"}").expect(201);
            String first = publish("window", "x", Map.of("Idempotency-Key", "k"));
            Eventually.that("the key is taken anew", Duration.ofSeconds(60), () -> {
                Eventually.pause(Duration.ofMillis(200));
                return !publish("window", "x", Map.of("Idempotency-Key", "k")).equals(first);
            });
        }

        @Test
        void priorityGoesBeforeAge() {
            publish("priorities", "low", Map.of());
            publish("priorities", "high", Map.of("Postrider-Priority", "9"));
            publish("priorities", "middle", Map.of("Postrider-Priority", "5"));
            List<String> texts = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                texts.add(one("priorities").get("text").asText());
            }
            assertThat(texts).containsExactly("high", "middle", "low");
        }

        @Test
        void aDelayedMessageComesWhenItIsDue() {
            long begin = System.nanoTime();
            publish("delayed", "later", Map.of("Postrider-Delay", "1500ms"));
            assertThat(api.stat("delayed", "scheduled")).isEqualTo(1);
            JsonNode message = one("delayed");
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            assertThat(message.get("text").asText()).isEqualTo("later");
            assertThat(took).isGreaterThan(Duration.ofMillis(1450));
        }

        @Test
        void aFullQueueSaysSoAndTakesMessagesAgainWhenThereIsRoom() {
            api.put(queue("full"), "{\"maxMessages\":3}").expect(201);
            for (int i = 0; i < 3; i++) {
                publish("full", "m" + i, Map.of());
            }
            Answer refused = api.publish("full", "too many", Map.of()).expect(429);
            assertThat(refused.body().get("code").asText()).isEqualTo("queue-full");
            assertThat(refused.response().headers().firstValue("Retry-After")).isPresent();
            settle("full", "ack", one("full"), "");
            Eventually.that(
                    "there is room",
                    Duration.ofSeconds(3),
                    () -> api.publish("full", "fits", Map.of()).status() == 201);
        }

        private Answer post(String queue, String contentType, byte[] body) {
            return post(queue, "messages", contentType, body).expect(201);
        }

        private Answer post(String queue, String call, String contentType, byte[] body) {
            HttpRequest request = api.request(queue(queue) + "/" + call)
                    .header("Content-Type", contentType)
                    .POST(BodyPublishers.ofByteArray(body))
                    .build();
            return api.send(request);
        }
    }

    @Nested
    class Operations {
        @Test
        void theSeriesOfAQueueGoWithIt() {
            api.publish("short-lived", "x", Map.of()).expect(201);
            String series = "queue=\"short-lived\"";
            assertThat(api.get("/metrics").expect(200).response().body()).contains(series);

            api.delete("/v1/queues/short-lived").expect(204);

            assertThat(api.get("/metrics").expect(200).response().body()).doesNotContain(series);
        }

        @Test
        void theBrokerDescribesItselfAndTellsHowItIs() {
            assertThat(api.get("/openapi").expect(200).response().body()).contains("/v1/queues/{queue}/receive");
            api.get("/health/live").expect(200);
            api.get("/health/ready").expect(200);
            assertThat(api.get("/metrics").expect(200).response().body()).contains("jvm_memory_used_bytes");
        }
    }
}
