package dev.postrider.broker.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.postrider.protocol.ProblemCode;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SocketRoutesTest extends SocketFixture {
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
                for (int i = 0; i <= SocketSession.SUBSCRIPTIONS_MAX; i++) {
                    client.send("{'type':'subscribe','id':'s" + i + "','queue':'q'}");
                }
                JsonObject error = client.nextJson("error");
                assertThat(error.getString("id")).isEqualTo("s" + SocketSession.SUBSCRIPTIONS_MAX);
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
        void aBrokerThatStopsSaysGoodbyeToThoseWhoOnlyPublishToo() throws IOException {
            try (SocketClient client = open()) {
                client.send("{'type':'publish','id':'p1','queue':'r','messages':[{'text':'x'}]}");
                client.nextJson("published");
                var unused = routes.stopAll();
                assertThat(client.nextCloseCode()).isEqualTo(1001);
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
}
