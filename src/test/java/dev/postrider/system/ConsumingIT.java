package dev.postrider.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.postrider.system.process.BrokerApi;
import dev.postrider.system.process.BrokerProcess;
import dev.postrider.system.process.Eventually;
import dev.postrider.system.process.RunningPrograms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Receiving and settling over HTTP: leases, attempts, backoff, dead letters. */
class ConsumingIT {
    private static final String QUICK_RETRY =
            "{\"maxAttempts\":2,\"retry\":{\"initialDelay\":\"300ms\",\"multiplier\":1,\"jitter\":0}}";

    @RegisterExtension
    private static final RunningPrograms PROGRAMS = new RunningPrograms();

    private static BrokerApi api;

    @BeforeAll
    static void start() {
        BrokerProcess broker = PROGRAMS.broker();
        broker.start();
        api = broker.api();
    }

    private static void publish(String queue, String text) {
        api.publish(queue, text, Map.of()).expect(201);
    }

    private static JsonNode one(String queue) {
        List<JsonNode> messages = api.receive(queue, 1, "8s");
        assertThat(messages).as("a message of " + queue).hasSize(1);
        return messages.get(0);
    }

    private static void settle(String queue, String call, JsonNode message, String more) {
        JsonNode answer = api.settle(queue, call, BrokerApi.receipts(List.of(message)), more);
        assertThat(answer.get("settled").asInt()).as(answer.toString()).isEqualTo(1);
    }

    private static void assertExpired(String queue, String call, JsonNode message) {
        JsonNode answer = api.settle(queue, call, BrokerApi.receipts(List.of(message)), "");
        assertThat(answer.get("settled").asInt()).isZero();
        assertThat(answer.at("/failed/0/code").asText()).isEqualTo("receipt-expired");
    }

    private static List<JsonNode> deadLetters(String queue) {
        return BrokerApi.list(api.get("/v1/queues/" + queue + "/dead-letters")
                .expect(200)
                .body()
                .get("deadLetters"));
    }

    @Nested
    class Receiving {
        @Test
        void aReceiveWaitsForTheFirstMessageAndReturnsAtOnceThen() throws Exception {
            api.putQueue("waiting", "{}");
            List<JsonNode> messages = new ArrayList<>();
            Thread consumer = new Thread(() -> messages.addAll(api.receive("waiting", 10, "20s")));
            consumer.start();
            Eventually.that("a consumer waits", Duration.ofSeconds(60), () -> api.stat("waiting", "consumers") == 1);
            long begin = System.nanoTime();
            publish("waiting", "wake up");
            consumer.join();
            assertThat(messages).hasSize(1);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(18));
        }

        @Test
        void anEmptyReceiveIsAnsweredAfterItsWait() {
            api.putQueue("empty", "{}");
            long begin = System.nanoTime();
            assertThat(api.receive("empty", 10, "800ms")).isEmpty();
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(750));
        }

        @Test
        void aMessageIsHandedToOneConsumerOnly() {
            List<String> texts = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                texts.add("shared-" + i);
            }
            api.publishBatch("shared", texts).expect(201);
            Set<String> seen = java.util.concurrent.ConcurrentHashMap.newKeySet();
            List<Thread> consumers = new ArrayList<>();
            List<String> twice = java.util.Collections.synchronizedList(new ArrayList<>());
            for (int i = 0; i < 4; i++) {
                consumers.add(new Thread(() -> {
                    List<JsonNode> messages = api.receive("shared", 7, "1s");
                    while (!messages.isEmpty()) {
                        messages.forEach(message -> {
                            if (!seen.add(message.get("text").asText())) {
                                twice.add(message.get("text").asText());
                            }
                        });
                        messages = api.receive("shared", 7, "1s");
                    }
                }));
            }
            consumers.forEach(Thread::start);
            consumers.forEach(ConsumingIT::join);
            assertThat(seen).hasSize(300);
            assertThat(twice).isEmpty();
        }

        @Test
        void aMessageWhoseLeaseRanOutComesAgainAndTheOldReceiptIsWorthNothing() {
            publish("leased", "x");
            JsonNode first = api.post("/v1/queues/leased/receive", "{\"max\":1,\"wait\":\"2s\",\"lease\":\"500ms\"}")
                    .expect(200)
                    .body()
                    .at("/messages/0");
            JsonNode second = one("leased");
            assertThat(second.get("id")).isEqualTo(first.get("id"));
            assertThat(second.get("attempt").asInt()).isEqualTo(2);
            assertExpired("leased", "ack", first);
            settle("leased", "ack", second, "");
        }

        @Test
        void aPeekShowsMessagesAndLeavesThemAsTheyAre() {
            publish("peeked", "one");
            publish("peeked", "two");
            api.publish("peeked", "later", Map.of("Postrider-Delay", "1h")).expect(201);
            JsonNode held = one("peeked");
            assertThat(peek("ready")).containsExactly("two");
            assertThat(peek("scheduled")).containsExactly("later");
            assertThat(peek("inFlight")).containsExactly(held.get("text").asText());
            assertThat(one("peeked").get("attempt").asInt()).isEqualTo(1);
        }

        private List<String> peek(String state) {
            List<JsonNode> messages = BrokerApi.list(api.get("/v1/queues/peeked/messages?limit=50&state=" + state)
                    .expect(200)
                    .body()
                    .get("messages"));
            assertThat(messages)
                    .allSatisfy(message ->
                            assertThat(message.path("receipt").isTextual()).isFalse());
            return messages.stream()
                    .map(message -> message.get("text").asText())
                    .toList();
        }
    }

    @Nested
    class Settling {
        @Test
        void anAckIsFinalAndASecondOneFails() {
            publish("acked", "x");
            JsonNode message = one("acked");
            settle("acked", "ack", message, "");
            assertExpired("acked", "ack", message);
            assertThat(api.receive("acked", 1, "500ms")).isEmpty();
        }

        @Test
        void aReceiptOfAnotherQueueIsInvalid() {
            publish("mine", "x");
            api.putQueue("yours", "{}");
            JsonNode answer = api.ack("yours", BrokerApi.receipts(List.of(one("mine"))));
            assertThat(answer.at("/failed/0/code").asText()).isEqualTo("invalid-receipt");
        }

        @Test
        void aNackBringsTheMessageBackAfterItsDelay() {
            publish("nacked", "x");
            long begin = System.nanoTime();
            settle("nacked", "nack", one("nacked"), ",\"delay\":\"1s\",\"reason\":\"not yet\"");
            assertThat(api.stat("nacked", "scheduled")).isEqualTo(1);
            JsonNode again = one("nacked");
            assertThat(again.get("attempt").asInt()).isEqualTo(2);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(950));
        }

        @Test
        void aMessageThatFailedTooOftenIsDeadLetteredWithTheReason() {
            api.putQueue("failing", QUICK_RETRY);
            publish("failing", "bad");
            settle("failing", "nack", one("failing"), ",\"reason\":\"first\"");
            settle("failing", "nack", one("failing"), ",\"reason\":\"second\"");
            List<JsonNode> letters = deadLetters("failing");
            assertThat(letters).hasSize(1);
            JsonNode letter = letters.get(0);
            assertThat(letter.get("reason").asText()).isEqualTo("max-attempts");
            assertThat(letter.get("error").asText()).contains("second");
            assertThat(letter.get("attempts").asInt()).isEqualTo(2);
            assertThat(letter.get("firstFailedAt").asText()).isNotEmpty();
            assertThat(letter.get("deadLetteredAt").asText()).isNotEmpty();
            assertThat(letter.get("text").asText()).isEqualTo("bad");
        }

        @Test
        void anExtendedLeaseKeepsTheMessage() {
            publish("extended", "x");
            JsonNode message = api.post(
                            "/v1/queues/extended/receive", "{\"max\":1,\"wait\":\"2s\",\"lease\":\"800ms\"}")
                    .expect(200)
                    .body()
                    .at("/messages/0");
            settle("extended", "extend", message, ",\"lease\":\"30s\"");
            assertThat(api.receive("extended", 1, "1500ms")).isEmpty();
            settle("extended", "ack", message, "");
        }
    }

    @Nested
    class DeadLetters {
        @Test
        void aRejectedMessageIsKeptAndRedrivenWithItsAttemptsFromOne() {
            publish("rejected", "x");
            settle("rejected", "dead-letter", one("rejected"), ",\"reason\":\"no such mailbox\"");
            JsonNode letter = deadLetters("rejected").get(0);
            assertThat(letter.get("reason").asText()).isEqualTo("rejected");
            assertThat(letter.get("error").asText()).isEqualTo("no such mailbox");

            assertThat(redrive("rejected", "{}")).isEqualTo(1);
            JsonNode again = one("rejected");
            assertThat(again.get("attempt").asInt()).isEqualTo(1);
            assertThat(again.get("text").asText()).isEqualTo("x");
            assertThat(again.get("id")).isEqualTo(letter.get("id"));
            assertThat(deadLetters("rejected")).isEmpty();
        }

        @Test
        void someOfThemMayGoToAnotherQueue() {
            Set<String> ids = new TreeSet<>();
            for (int i = 0; i < 3; i++) {
                publish("from", "m" + i);
                settle("from", "dead-letter", one("from"), "");
            }
            deadLetters("from").forEach(letter -> ids.add(letter.get("id").asText()));
            assertThat(ids).hasSize(3);
            String chosen = ids.iterator().next();
            api.putQueue("to", "{}");
            assertThat(redrive("from", "{\"ids\":[\"" + chosen + "\"],\"to\":\"to\"}"))
                    .isEqualTo(1);
            assertThat(one("to").get("queue").asText()).isEqualTo("to");
            assertThat(deadLetters("from")).hasSize(2);
        }

        @Test
        void theyAreDroppedOneByOneOrAllTogether() {
            for (int i = 0; i < 3; i++) {
                publish("dropped", "m" + i);
                settle("dropped", "dead-letter", one("dropped"), "");
            }
            String id = deadLetters("dropped").get(0).get("id").asText();
            api.delete("/v1/queues/dropped/dead-letters/" + id).expect(204);
            assertThat(deadLetters("dropped")).hasSize(2);
            assertThat(api.delete("/v1/queues/dropped/dead-letters").status()).isBetween(200, 204);
            assertThat(deadLetters("dropped")).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(strings = {"orders/2026/7", "../7", "...", "a;b=c", "a\\b", "100%", "a+b", "?#"})
        void oneIsDroppedByItsEncodedIdWhateverThePublisherChose(String id) {
            api.publish("chosen", "x", Map.of("Postrider-Id", id)).expect(201);
            settle("chosen", "dead-letter", one("chosen"), "");

            StringBuilder encoded = new StringBuilder();
            id.chars().forEach(c -> encoded.append(String.format("%%%02X", c)));
            api.delete("/v1/queues/chosen/dead-letters/" + encoded).expect(204);

            assertThat(deadLetters("chosen")).isEmpty();
        }

        @Test
        void anExpiredMessageIsDropped() {
            api.publish("expiring", "x", Map.of("Postrider-Ttl", "300ms")).expect(201);
            Eventually.pause(Duration.ofMillis(500));
            assertThat(api.receive("expiring", 1, "300ms")).isEmpty();
            assertThat(deadLetters("expiring")).isEmpty();
        }

        @Test
        void anExpiredMessageGoesToTheDeadLetterQueueWhereThereIsOne() {
            api.putQueue("late", "{}");
            api.putQueue("hasty", "{\"deadLetterQueue\":\"late\"}");
            api.publish("hasty", "x", Map.of("Postrider-Ttl", "300ms")).expect(201);
            Eventually.pause(Duration.ofMillis(500));
            assertThat(api.receive("hasty", 1, "300ms")).isEmpty();
            assertThat(one("late").at("/headers/postrider-dead-letter-reason").asText())
                    .isEqualTo("expired");
        }

        @Test
        void aQueueMaySendItsDeadLettersToAnother() {
            api.putQueue("graveyard", "{}");
            api.putQueue("mortal", "{\"deadLetterQueue\":\"graveyard\"}");
            publish("mortal", "x");
            settle("mortal", "dead-letter", one("mortal"), ",\"reason\":\"enough\"");
            JsonNode message = one("graveyard");
            assertThat(message.get("text").asText()).isEqualTo("x");
            assertThat(deadLetters("mortal")).isEmpty();
        }

        private int redrive(String queue, String body) {
            return api.post("/v1/queues/" + queue + "/dead-letters/redrive", body)
                    .expect(200)
                    .body()
                    .get("redriven")
                    .asInt();
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
