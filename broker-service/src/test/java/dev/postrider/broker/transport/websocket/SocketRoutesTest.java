package dev.postrider.broker.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.postrider.broker.transport.FakeBroker;
import dev.postrider.broker.transport.Limits;
import dev.postrider.broker.transport.MessageParser;
import dev.postrider.broker.transport.PublishBudget;
import dev.postrider.broker.transport.TransportServer;
import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SocketRoutesTest {
    private static final Limits LIMITS = new Limits(100_000, 400_000, 500_000);
    private static final int KIB = 1024;
    private static final long PING_MILLIS = 400;

    private final FakeBroker broker = new FakeBroker();
    private final PublishBudget budget = new PublishBudget(LIMITS.inFlightPublishBytes());
    private TransportServer server;

    @BeforeEach
    void start() {
        start(60_000);
    }

    private void start(long pingMillis) {
        HttpServerOptions options = new HttpServerOptions();
        new SocketServerOptions(LIMITS).customizeHttpServer(options);
        FrameParser parser = new FrameParser(new MessageParser(LIMITS.messageBytes()));
        server = new TransportServer(options, (vertx, router) -> new SocketRoutes(
                        new Broker(vertx, broker, broker, broker, parser, LIMITS, budget, pingMillis))
                .register(router));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Nested
    class Handshake {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "Sec-WebSocket-Protocol: postrider.v1.json\r\n",
                    "Sec-WebSocket-Protocol: x, postrider.v1.json\r\n"
                })
        void jsonIsSpoken(String headers) throws IOException {
            try (SocketClient client = SocketClient.connect(server.port(), headers)) {
                assertThat(client.status()).contains(" 101 ");
                assertThat(client.headers()
                                .toString()
                                .toLowerCase(Locale.ROOT)
                                .contains("sec-websocket-protocol: postrider.v1.json"))
                        .isEqualTo(!headers.isEmpty());
                client.send("{'type':'subscribe','id':'s','queue':'q'}");
                assertThat(client.nextJson().getString("type")).isEqualTo("subscribed");
            }
        }

        @Test
        void aSubProtocolThatIsNotSpokenIsRefused() throws IOException {
            try (SocketClient client =
                    SocketClient.connect(server.port(), "Sec-WebSocket-Protocol: postrider.v1.binary\r\n")) {
                assertThat(client.status()).contains(" 501 ");
            }
            try (SocketClient client = SocketClient.connect(server.port(), "Sec-WebSocket-Protocol: mqtt\r\n")) {
                assertThat(client.status()).contains(" 400 ");
            }
        }

        @Test
        void compressionIsNotAgreedOn() throws IOException {
            try (SocketClient client =
                    SocketClient.connect(server.port(), "Sec-WebSocket-Extensions: permessage-deflate\r\n")) {
                assertThat(client.status()).contains(" 101 ");
                assertThat(client.headers())
                        .noneMatch(line -> line.toLowerCase(Locale.ROOT).contains("extensions"));
            }
        }
    }

    @Nested
    class Credit {
        @Test
        void isNeverExceededAndSettlingGivesNoneBack() throws IOException {
            put("q", 10);
            try (SocketClient client = open()) {
                client.send("{'type':'subscribe','id':'s1','queue':'q','credit':3}");
                assertThat(client.nextJson().getString("type")).isEqualTo("subscribed");
                List<String> receipts = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    receipts.add(client.nextJson("message").getString("receipt"));
                }
                assertThat(client.isSilentFor(300)).isTrue();
                client.send("{'type':'ack','id':'a1','receipts':['" + String.join("','", receipts) + "']}");
                JsonObject settled = client.nextJson();
                assertThat(settled.getString("type")).isEqualTo("settled");
                assertThat(settled.getString("id")).isEqualTo("a1");
                assertThat(settled.getInteger("settled")).isEqualTo(3);
                assertThat(settled.getJsonArray("failed")).isEmpty();
                assertThat(client.isSilentFor(300)).isTrue();
                client.send("{'type':'credit','id':'s1','add':2}");
                client.nextJson("message");
                client.nextJson("message");
                assertThat(client.isSilentFor(300)).isTrue();
            }
        }

        @Test
        void isNoneUnlessItIsGiven() throws IOException {
            put("q", 1);
            try (SocketClient client = open()) {
                client.send("{'type':'subscribe','id':'s1','queue':'q'}");
                assertThat(client.nextJson().getString("type")).isEqualTo("subscribed");
                assertThat(client.isSilentFor(300)).isTrue();
                client.send("{'type':'credit','id':'s1','add':1}");
                JsonObject message = client.nextJson();
                assertThat(message.getString("type")).isEqualTo("message");
                assertThat(message.getString("subscription")).isEqualTo("s1");
                assertThat(message.getString("text")).isEqualTo("0");
                assertThat(message.getString("queue")).isEqualTo("q");
            }
        }

        @Test
        void ofSeveralSubscriptionsIsCountedForEach() throws IOException {
            put("a", 5);
            put("b", 5);
            try (SocketClient client = open()) {
                client.send("{'type':'subscribe','id':'sa','queue':'a','credit':1}");
                client.send("{'type':'subscribe','id':'sb','queue':'b','credit':2}");
                List<String> got = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    got.add(client.nextJson("message").getString("subscription"));
                }
                assertThat(got).containsExactlyInAnyOrder("sa", "sb", "sb");
                assertThat(client.isSilentFor(300)).isTrue();
            }
        }

        @Test
        void ofNobodyIsAnError() throws IOException {
            try (SocketClient client = open()) {
                client.send("{'type':'credit','id':'s1','add':1}");
                assertThat(codeOf(client.nextJson())).isEqualTo("subscription-not-found");
                client.send("{'type':'unsubscribe','id':'s1'}");
                assertThat(codeOf(client.nextJson())).isEqualTo("subscription-not-found");
            }
        }
    }

    @Nested
    class Subscribing {
        @Test
        void twiceUnderOneIdIsAnError() throws IOException {
            try (SocketClient client = open()) {
                client.send("{'type':'subscribe','id':'s1','queue':'q'}");
                client.send("{'type':'subscribe','id':'s1','queue':'r'}");
                assertThat(client.nextJson().getString("type")).isEqualTo("subscribed");
                JsonObject error = client.nextJson();
                assertThat(error.getString("id")).isEqualTo("s1");
                assertThat(codeOf(error)).isEqualTo("invalid-request");
            }
        }

        @Test
        void toAQueueThatIsMissingIsAnError() throws IOException {
            try (SocketClient client = open()) {
                client.send("{'type':'subscribe','id':'s1','queue':'missing'}");
                JsonObject error = client.nextJson();
                assertThat(error.getString("id")).isEqualTo("s1");
                assertThat(codeOf(error)).isEqualTo("queue-not-found");
                client.send("{'type':'subscribe','id':'s1','queue':'there'}");
                assertThat(client.nextJson().getString("type")).isEqualTo("subscribed");
            }
        }

        @Test
        void endsWithUnsubscribe() throws IOException {
            put("q", 5);
            try (SocketClient client = open()) {
                client.send("{'type':'subscribe','id':'s1','queue':'q','credit':2}");
                client.nextJson("message");
                client.nextJson("message");
                client.send("{'type':'unsubscribe','id':'s1'}");
                await().until(() -> broker.consumers() == 0 && broker.ready("q") == 5);
                assertThat(client.isSilentFor(200)).isTrue();
                client.send("{'type':'subscribe','id':'s1','queue':'q','credit':1}");
                assertThat(client.nextJson().getString("type")).isEqualTo("subscribed");
            }
        }

        @Test
        void isBoundedPerSocket() throws IOException {
            try (SocketClient client = open()) {
                for (int i = 0; i <= JsonSession.SUBSCRIPTIONS_MAX; i++) {
                    client.send("{'type':'subscribe','id':'s" + i + "','queue':'q'}");
                }
                JsonObject error = client.nextJson("error");
                assertThat(error.getString("id")).isEqualTo("s" + JsonSession.SUBSCRIPTIONS_MAX);
            }
        }

        @Test
        void aSubscriptionThatTheBrokerEndsIsNamed() throws IOException {
            try (SocketClient client = open()) {
                client.send("{'type':'subscribe','id':'s1','queue':'q'}");
                client.nextJson("subscribed");
                broker.close(ProblemCode.QUEUE_NOT_FOUND, "The queue was deleted");
                JsonObject error = client.nextJson();
                assertThat(error.getString("id")).isEqualTo("s1");
                assertThat(codeOf(error)).isEqualTo("queue-not-found");
                client.send("{'type':'subscribe','id':'s1','queue':'q'}");
                client.nextJson("subscribed");
            }
        }
    }

    @Nested
    class Settling {
        @Test
        void isAnsweredOnlyWithAnId() throws IOException {
            put("q", 2);
            try (SocketClient client = open()) {
                client.send("{'type':'subscribe','id':'s1','queue':'q','credit':2}");
                String first = client.nextJson("message").getString("receipt");
                client.nextJson("message");
                client.send("{'type':'ack','receipts':['" + first + "']}");
                await().until(() -> broker.inFlight() == 1);
                assertThat(client.isSilentFor(200)).isTrue();
                client.send("{'type':'ack','id':'again','receipts':['" + first + "']}");
                JsonObject settled = client.nextJson();
                assertThat(settled.getInteger("settled")).isZero();
                assertThat(settled.getJsonArray("failed").getJsonObject(0).getString("code"))
                        .isEqualTo("receipt-expired");
            }
        }

        @Test
        void thatFailsIsAnErrorEvenWithoutAnId() throws IOException {
            try (SocketClient client = open()) {
                client.send("{'type':'nack','receipts':['x']}");
                JsonObject error = client.nextJson();
                assertThat(error.containsKey("id")).isFalse();
                assertThat(codeOf(error)).isEqualTo("unavailable");
            }
        }
    }

    @Nested
    class Publishing {
        @Test
        void isAnsweredWithTheIdsInOrder() throws IOException {
            try (SocketClient client = open()) {
                client.send("{'type':'publish','id':'p1','queue':'q','messages':[{'text':'a'},{'body':{'b':1}}]}");
                JsonObject published = client.nextJson();
                assertThat(published.getString("type")).isEqualTo("published");
                assertThat(published.getString("id")).isEqualTo("p1");
                assertThat(published.getJsonArray("ids")).containsExactly("m-0", "m-1");
                client.send("{'type':'publish','queue':'q','messages':[{'text':'a'}]}");
                await().until(() -> broker.published() == 3);
                assertThat(client.isSilentFor(200)).isTrue();
            }
        }

        @Test
        void toATopicIsNotThereYet() throws IOException {
            try (SocketClient client = open()) {
                client.send("{'type':'publish','id':'p1','topic':'t','messages':[{'text':'a'}]}");
                assertThat(codeOf(client.nextJson())).isEqualTo("not-implemented");
            }
        }

        @Test
        void ofABadMessageIsAnErrorAndNoMore() throws IOException {
            try (SocketClient client = open()) {
                for (int i = 0; i < 5; i++) {
                    client.send(
                            "{'type':'publish','id':'p" + i + "','queue':'q','messages':[{'text':'a','priority':11}]}");
                    JsonObject error = client.nextJson();
                    assertThat(error.getString("id")).isEqualTo("p" + i);
                    assertThat(codeOf(error)).isEqualTo("invalid-request");
                }
                String large = "x".repeat(LIMITS.messageBytes() + 1);
                client.send("{'type':'publish','id':'p','queue':'q','messages':[{'text':'" + large + "'}]}");
                assertThat(codeOf(client.nextJson())).isEqualTo("message-too-large");
            }
        }

        @Test
        void tooFastIsSlowedDownInsteadOfRefused() throws IOException {
            broker.holdPublishes();
            try (SocketClient client = open()) {
                String frame =
                        "{'type':'publish','id':'p','queue':'q','messages':[{'text':'" + "x".repeat(50 * KIB) + "'}]}";
                Thread sender = sendInBackground(client, frame, 60);
                await().until(() -> broker.publishing() >= 8);
                assertThat(budget.bytesTaken()).isLessThanOrEqualTo(LIMITS.inFlightPublishBytes());
                await().during(Duration.ofMillis(300)).until(() -> broker.publishing() < 12);
                broker.releasePublishes();
                for (int i = 0; i < 60; i++) {
                    assertThat(client.nextJson().getString("type")).isEqualTo("published");
                }
                join(sender);
                assertThat(broker.published()).isEqualTo(60);
                assertThat(budget.bytesTaken()).isZero();
            }
        }

        @Test
        void ofManySmallFramesIsBoundedInNumber() throws IOException {
            broker.holdPublishes();
            try (SocketClient client = open()) {
                Thread sender = sendInBackground(
                        client, "{'type':'publish','id':'p','queue':'q','messages':[{'text':'x'}]}", 2_000);
                await().until(() -> broker.publishing() == 256);
                await().during(Duration.ofMillis(300)).until(() -> broker.publishing() == 256);
                broker.releasePublishes();
                for (int i = 0; i < 2_000; i++) {
                    client.nextJson("published");
                }
                join(sender);
            }
        }

        @Test
        void ofASocketThatIsGoneGivesItsBudgetBack() throws IOException {
            broker.holdPublishes();
            try (SocketClient client = open()) {
                client.send("{'type':'publish','queue':'q','messages':[{'text':'x'}]}");
                await().until(() -> broker.publishing() == 1);
                client.kill();
            }
            broker.releasePublishes();
            await().until(() -> budget.bytesTaken() == 0);
        }
    }

    @Nested
    class Malformed {
        @Test
        void framesAreAnsweredAndTheThirdClosesTheSocket() throws IOException {
            put("q", 1);
            try (SocketClient client = open()) {
                client.send("{'type':'subscribe','id':'s1','queue':'q','credit':1}");
                client.nextJson("message");
                client.send("nonsense");
                JsonObject error = client.nextJson();
                assertThat(error.getString("type")).isEqualTo("error");
                assertThat(error.containsKey("id")).isFalse();
                assertThat(codeOf(error)).isEqualTo("invalid-request");
                assertThat(error.getJsonObject("problem").getInteger("status")).isEqualTo(400);
                client.send("{'type':'dance','id':'d1'}");
                assertThat(client.nextJson().getString("id")).isEqualTo("d1");
                client.send("{'type':'ack','receipts':'x'}");
                client.nextJson("error");
                assertThat(client.nextCloseCode()).isEqualTo(1008);
                await().atMost(Duration.ofSeconds(1)).until(() -> broker.ready("q") == 1);
            }
        }

        @Test
        void binaryFramesCountAsSuch() throws IOException {
            try (SocketClient client = open()) {
                for (int i = 0; i < 3; i++) {
                    client.sendFrame(SocketClient.BINARY, true, new byte[] {1, 2, 3});
                    client.nextJson("error");
                }
                assertThat(client.nextCloseCode()).isEqualTo(1008);
            }
        }

        @Test
        void textThatIsNotUtf8ClosesTheSocket() throws IOException {
            try (SocketClient client = open()) {
                client.sendFrame(SocketClient.TEXT, true, new byte[] {'"', (byte) 0xc3, (byte) 0x28, '"'});
                assertThat(client.nextCloseCode()).isEqualTo(1007);
            }
        }

        @Test
        void aFrameOverTheLimitClosesTheSocketThoughItIsStillBeingSent() throws IOException {
            try (SocketClient client = open()) {
                int length = SocketServerOptions.messageBytesMax(LIMITS) + 1;
                client.sendRaw(SocketClient.header(SocketClient.TEXT, true, length));
                client.sendRaw(new byte[length / 2]);
                assertThat(client.nextCloseCode()).isEqualTo(1009);
                client.sendRaw(new byte[length - length / 2]);
                assertThat(client.isEnded()).isTrue();
            }
        }

        @Test
        void fragmentsOverTheLimitCloseTheSocket() throws IOException {
            try (SocketClient client = open()) {
                byte[] part = new byte[100 * KIB];
                Arrays.fill(part, (byte) ' ');
                client.sendFrame(SocketClient.TEXT, false, part);
                for (int i = 0; i < 4; i++) {
                    client.sendFrame(0, false, part);
                }
                assertThat(client.nextCloseCode()).isEqualTo(1009);
            }
        }

        @Test
        void aFrameThatBreaksTheProtocolClosesTheSocket() throws IOException {
            try (SocketClient client = open()) {
                client.sendFrame(3, true, new byte[] {1});
                assertThat(client.nextCloseCode()).isEqualTo(1002);
            }
        }

        @Test
        void fragmentsAreOneFrame() throws IOException {
            try (SocketClient client = open()) {
                byte[] frame =
                        "{\"type\":\"subscribe\",\"id\":\"grüße\",\"queue\":\"q\"}".getBytes(StandardCharsets.UTF_8);
                client.sendFrame(SocketClient.TEXT, false, new byte[0]);
                for (int i = 0; i < frame.length; i++) {
                    client.sendFrame(0, i == frame.length - 1, new byte[] {frame[i]});
                    if (i == 7) {
                        client.sendFrame(SocketClient.PING, true, new byte[] {'?'});
                    }
                }
                assertThat(client.next().opcode()).isEqualTo(SocketClient.PONG);
                assertThat(client.nextJson().getString("id")).isEqualTo("grüße");
            }
        }
    }

    @Nested
    class Leaving {
        @Test
        void aKilledClientGivesItsMessagesBackAtOnce() throws IOException {
            put("q", 5);
            try (SocketClient client = open()) {
                client.send("{'type':'subscribe','id':'s1','queue':'q','credit':5}");
                for (int i = 0; i < 5; i++) {
                    client.nextJson("message");
                }
                assertThat(broker.inFlight()).isEqualTo(5);
                client.kill();
                await().atMost(Duration.ofSeconds(1)).until(() -> broker.ready("q") == 5 && broker.consumers() == 0);
            }
        }

        @Test
        void aCloseIsAnswered() throws IOException {
            put("q", 1);
            try (SocketClient client = open()) {
                client.send("{'type':'subscribe','id':'s1','queue':'q','credit':5}");
                client.nextJson("message");
                client.sendFrame(SocketClient.CLOSE, true, new byte[] {3, (byte) 0xe8});
                assertThat(client.nextCloseCode()).isEqualTo(1000);
                assertThat(client.isEnded()).isTrue();
                await().atMost(Duration.ofSeconds(1)).until(() -> broker.ready("q") == 1);
            }
        }

        @Test
        void aBrokerThatStopsAnswersWhatIsUnderWayAndSaysGoodbye() throws IOException {
            try (SocketClient client = open()) {
                client.send("{'type':'subscribe','id':'s1','queue':'q'}");
                client.nextJson("subscribed");
                broker.holdPublishes();
                client.send("{'type':'publish','id':'p1','queue':'r','messages':[{'text':'x'}]}");
                await().until(() -> broker.publishing() == 1);
                broker.close(ProblemCode.UNAVAILABLE, "This broker is shutting down");
                assertThat(codeOf(client.nextJson())).isEqualTo("unavailable");
                broker.releasePublishes();
                assertThat(client.nextJson().getString("id")).isEqualTo("p1");
                assertThat(client.nextCloseCode()).isEqualTo(1001);
            }
        }
    }

    @Nested
    class KeepAlive {
        @Test
        void aClientThatAnswersPingsMayBeSilent() throws IOException {
            restart(PING_MILLIS);
            try (SocketClient client = open()) {
                for (int i = 0; i < 8; i++) {
                    assertThat(client.nextOfAny().opcode()).isEqualTo(SocketClient.PING);
                    client.sendFrame(SocketClient.PONG, true, new byte[0]);
                }
            }
        }

        @Test
        void aClientThatDoesNotIsGone() throws IOException {
            restart(PING_MILLIS);
            put("q", 1);
            try (SocketClient client = open()) {
                client.send("{'type':'subscribe','id':'s1','queue':'q','credit':1}");
                client.nextJson("message");
                assertThat(client.nextCloseCode()).isEqualTo(1011);
                await().until(() -> broker.ready("q") == 1 && broker.consumers() == 0);
            }
        }

        @Test
        void aClientThatTakesNothingIsDroppedForAllThatIsUnsent() throws IOException {
            restart(PING_MILLIS);
            String body = "x".repeat(10 * KIB);
            for (int i = 0; i < 1_000; i++) {
                put("q", body);
            }
            try (SocketClient client = open()) {
                client.send("{'type':'subscribe','id':'s1','queue':'q','credit':1000000}");
                await().until(() -> broker.inFlight() > 0);
                await().until(() -> broker.consumers() == 0 && broker.ready("q") == 1_000);
                await().until(() -> server.connections() == 0);
            }
        }

        @Test
        void aBusyBrokerDoesNotMistakeItsOwnSilence() throws IOException {
            restart(PING_MILLIS);
            broker.holdPublishes();
            try (SocketClient client = open()) {
                Thread sender = sendInBackground(
                        client, "{'type':'publish','id':'p','queue':'q','messages':[{'text':'x'}]}", 500);
                await().until(() -> broker.publishing() == 256);
                await().during(Duration.ofMillis(5 * PING_MILLIS)).until(() -> server.connections() == 1);
                broker.releasePublishes();
                for (int i = 0; i < 500; i++) {
                    client.nextJson("published");
                }
                join(sender);
            }
        }

        private void restart(long pingMillis) {
            server.close();
            start(pingMillis);
        }
    }

    @Nested
    class StoppedReader {
        @Test
        void getsWhatOneWriteQueueHoldsAndNoMoreUntilItReads() throws IOException {
            String body = "x".repeat(10 * KIB);
            for (int i = 0; i < 2_000; i++) {
                put("q", body);
            }
            try (SocketClient client = open()) {
                client.send("{'type':'subscribe','id':'s1','queue':'q','credit':1000000}");
                client.nextJson("subscribed");
                AtomicInteger sent = new AtomicInteger(2_000);
                await().until(() -> {
                    put("q", "one that may find the socket full");
                    sent.incrementAndGet();
                    return broker.ready("q") > 0;
                });
                await().during(Duration.ofMillis(300)).until(() -> broker.ready("q") > 0);
                for (int i = 0; i < sent.get(); i++) {
                    client.nextJson("message");
                }
                assertThat(broker.ready("q")).isZero();
            }
        }

        @Test
        void isNotReadOnceItsRepliesPileUp() throws IOException {
            try (SocketClient client = open()) {
                String ack = "{'type':'ack','id':'" + "i".repeat(128) + "','receipts':['" + "r".repeat(40) + "']}";
                Thread sender = sendInBackground(client, ack, 100_000);
                await().during(Duration.ofSeconds(1)).until(sender::isAlive);
                for (int i = 0; i < 100_000; i++) {
                    client.nextJson("settled");
                }
                join(sender);
            }
        }
    }

    private SocketClient open() throws IOException {
        return SocketClient.connect(server.port());
    }

    private void put(String queue, int count) {
        for (int i = 0; i < count; i++) {
            put(queue, Integer.toString(i));
        }
    }

    private void put(String queue, String text) {
        broker.put(
                queue,
                MessageRecord.builder()
                        .contentType("text/plain")
                        .body(text.getBytes(StandardCharsets.UTF_8))
                        .build());
    }

    private static String codeOf(JsonObject error) {
        assertThat(error.getString("type")).isEqualTo("error");
        return error.getJsonObject("problem").getString("code");
    }

    private static Thread sendInBackground(SocketClient client, String frame, int times) {
        Thread sender = new Thread(() -> {
            try {
                for (int i = 0; i < times; i++) {
                    client.send(frame);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        sender.start();
        return sender;
    }

    private static void join(Thread thread) {
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        assertThat(thread.isAlive()).isFalse();
    }
}
