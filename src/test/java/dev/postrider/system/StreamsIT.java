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
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a consumer on a socket may rely on: credit is never exceeded, and what it held when it vanished goes back. */
class StreamsIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration QUIET = Duration.ofMillis(700);
    /** Half of the leases here: what comes sooner was given back. */
    private static final Duration GIVE_BACK_LIMIT = Duration.ofSeconds(30);

    @RegisterExtension
    private static final RunningPrograms PROGRAMS = new RunningPrograms();

    private static BrokerProcess broker;
    private static BrokerApi api;

    @BeforeAll
    static void start() {
        broker = PROGRAMS.broker();
        broker.start();
        api = broker.api();
    }

    private static void publish(String queue, int count) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add(queue + "-" + i);
        }
        api.publishBatch(queue, texts).expect(201);
    }

    private static void awaitCount(List<?> list, int count) {
        Eventually.that("there are " + count, SOON, () -> list.size() >= count);
    }

    /** Receives {@code count} messages and returns how long that took. */
    private static Duration receiveAll(String queue, int count) {
        long begin = System.nanoTime();
        Set<String> texts = new TreeSet<>();
        while (texts.size() < count) {
            List<JsonNode> messages = api.receive(queue, count, "5s");
            assertThat(messages)
                    .as("of " + count + " there came " + texts.size())
                    .isNotEmpty();
            messages.forEach(message -> texts.add(message.get("text").asText()));
        }
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    @Nested
    class ServerSentEvents {
        @Test
        void aStreamHoldsAtMostItsCreditUnsettled() throws Exception {
            publish("sse-credit", 100);
            try (SseClient client = open("sse-credit", 10)) {
                awaitCount(client.messages(), 10);
                Eventually.keeps("10 came", QUIET, () -> client.messages().size() == 10);

                api.ack("sse-credit", BrokerApi.receipts(client.messages().subList(0, 4)));
                awaitCount(client.messages(), 14);
                Eventually.keeps("14 came", QUIET, () -> client.messages().size() == 14);
                assertThat(api.stat("sse-credit", "inFlight")).isEqualTo(10);
            }
        }

        @Test
        void aMessageThatIsNackedFreesItsCreditToo() throws Exception {
            publish("sse-nack", 20);
            try (SseClient client = open("sse-nack", 5)) {
                awaitCount(client.messages(), 5);
                api.settle("sse-nack", "nack", BrokerApi.receipts(client.messages()), ",\"delay\":\"1h\"");
                awaitCount(client.messages(), 10);
                Eventually.keeps("10 came", QUIET, () -> client.messages().size() == 10);
            }
        }

        @Test
        void whatAConsumerHeldWhenItsSocketWasCutIsBackLongBeforeItsLeaseEnds() throws Exception {
            publish("sse-cut", 50);
            SseClient client = open("sse-cut", 50);
            awaitCount(client.messages(), 50);

            client.cut();
            assertThat(receiveAll("sse-cut", 50)).isLessThan(GIVE_BACK_LIMIT);
        }

        @Test
        void receiptsOfAConsumerThatHasGoneSettleNothing() throws Exception {
            publish("sse-gone", 3);
            SseClient client = open("sse-gone", 3);
            awaitCount(client.messages(), 3);
            List<String> receipts = BrokerApi.receipts(client.messages());
            client.cut();
            receiveAll("sse-gone", 3);

            JsonNode answer = api.ack("sse-gone", receipts);
            assertThat(answer.get("settled").asInt()).isZero();
            assertThat(answer.get("failed")).hasSize(3).allSatisfy(failed -> assertThat(
                            failed.get("code").asText())
                    .isEqualTo("receipt-expired"));
        }

        private SseClient open(String queue, int credit) throws Exception {
            return SseClient.open(broker.uri("/v1/queues/" + queue + "/stream?credit=" + credit + "&lease=60s"));
        }
    }

    @Nested
    class WebSockets {
        @Test
        void onlyNewCreditBringsMoreMessages() {
            publish("ws-credit", 100);
            try (WsClient client = WsClient.open(broker.uri("/v1/ws"))) {
                subscribe(client, "ws-credit", 10);
                Eventually.that("10 came", SOON, () -> client.frames("message").size() >= 10);
                List<String> receipts = BrokerApi.receipts(client.frames("message"));
                client.send(
                        "{\"type\":\"ack\",\"id\":\"a1\",\"receipts\":" + BrokerApi.JSON.valueToTree(receipts) + "}");
                Eventually.that("the ack is answered", SOON, () -> !client.frames("settled")
                        .isEmpty());
                assertThat(client.frames("settled").get(0).get("settled").asInt())
                        .isEqualTo(10);
                Quiet.at(client, 10);

                client.send("{\"type\":\"credit\",\"id\":\"s1\",\"add\":7}");
                Eventually.that("17 came", SOON, () -> client.frames("message").size() >= 17);
                Quiet.at(client, 17);
            }
        }

        @Test
        void twoSubscriptionsOfOneSocketHaveCreditsOfTheirOwn() {
            publish("ws-one", 20);
            publish("ws-two", 20);
            try (WsClient client = WsClient.open(broker.uri("/v1/ws"))) {
                client.send("{\"type\":\"subscribe\",\"id\":\"one\",\"queue\":\"ws-one\",\"credit\":3}");
                client.send("{\"type\":\"subscribe\",\"id\":\"two\",\"queue\":\"ws-two\",\"credit\":5}");
                Eventually.that("8 came", SOON, () -> client.frames("message").size() >= 8);
                Quiet.at(client, 8);
                assertThat(client.frames("message").stream()
                                .filter(frame ->
                                        frame.get("subscription").asText().equals("one")))
                        .hasSize(3);
            }
        }

        @Test
        void whatAConsumerHeldWhenItsSocketWasCutIsBackLongBeforeItsLeaseEnds() {
            publish("ws-cut", 50);
            WsClient client = WsClient.open(broker.uri("/v1/ws"));
            subscribe(client, "ws-cut", 50);
            Eventually.that("50 came", SOON, () -> client.frames("message").size() >= 50);

            client.cut();
            assertThat(receiveAll("ws-cut", 50)).isLessThan(GIVE_BACK_LIMIT);
        }

        @Test
        void threeMalformedFramesCloseTheSocketAndGiveTheMessagesBack() {
            publish("ws-malformed", 5);
            try (WsClient client = WsClient.open(broker.uri("/v1/ws"))) {
                subscribe(client, "ws-malformed", 5);
                Eventually.that("5 came", SOON, () -> client.frames("message").size() >= 5);
                client.send("{");
                client.send("{\"type\":\"nonsense\"}");
                client.send("[]");
                Eventually.that("the socket is closed", SOON, () -> client.closeStatus() != 0);

                assertThat(client.closeStatus()).isEqualTo(1008);
                assertThat(client.frames("error")).isNotEmpty();
                assertThat(receiveAll("ws-malformed", 5)).isLessThan(GIVE_BACK_LIMIT);
            }
        }

        private void subscribe(WsClient client, String queue, int credit) {
            client.send("{\"type\":\"subscribe\",\"id\":\"s1\",\"queue\":\"" + queue + "\",\"credit\":" + credit
                    + ",\"lease\":\"60s\"}");
        }
    }

    /** Nothing more comes. */
    private static final class Quiet {
        static void at(WsClient client, int count) {
            try {
                Eventually.keeps(
                        count + " came", QUIET, () -> client.frames("message").size() == count);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }
}
