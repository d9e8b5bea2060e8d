package dev.postrider.broker.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SocketFlowTest extends SocketFixture {
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
        void toATopicIsNoPublishToAQueueOfItsName() throws IOException {
            try (SocketClient client = open()) {
                client.send("{'type':'publish','id':'p1','topic':'t','messages':[{'text':'a'}]}");
                assertThat(client.nextJson().getString("type")).isEqualTo("published");
                assertThat(broker.ready("topic/t")).isEqualTo(1);
                assertThat(broker.ready("t")).isZero();
            }
        }

        @Test
        void ofABadMessageIsAnErrorAndNoMore() throws IOException {
            try (SocketClient client = open()) {
                for (int i = 0; i < 5; i++) {
                    client.send("{'type':'publish','id':'p" + i + "','queue':'q','messages':[{'text':'a','key':''}]}");
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
        void ofLongMessagesInPartsThatHaveNoRoomTogetherComesThroughOneAfterTheOther() throws IOException {
            String text = "{'text':'" + "x".repeat(80_000) + "'}";
            String frame = "{'type':'publish','id':'p','queue':'q','messages':[" + (text + ",").repeat(3) + text + "]}";
            List<SocketClient> clients = List.of(open(), open(), open(), open());
            List<byte[]> rests = new ArrayList<>();
            for (SocketClient client : clients) {
                rests.add(client.begin(frame, 120_000));
            }
            for (int i = 0; i < clients.size(); i++) {
                byte[] rest = rests.get(i);
                clients.get(i).sendFrame(SocketClient.CONTINUATION, false, Arrays.copyOf(rest, 100_000));
                byte[] last = Arrays.copyOfRange(rest, 100_000, rest.length);
                clients.get(i).sendFrame(SocketClient.CONTINUATION, true, last);
            }
            for (SocketClient client : clients) {
                assertThat(client.nextJson().getString("type")).isEqualTo("published");
                client.close();
            }
            await().until(() -> budget.arriving().bytesTaken() == 0);
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
        void aClientThatFellSilentIsGoneThreePingsAfterItWasHeard() throws IOException {
            restart(LONG_PING_MILLIS);
            try (SocketClient client = open()) {
                assertThat(client.nextOfAny().opcode()).isEqualTo(SocketClient.PING);
                assertThat(client.isSilentFor(300)).isTrue();
                client.sendFrame(SocketClient.PONG, true, new byte[0]);
                long begun = System.nanoTime();
                assertThat(client.nextCloseCode()).isEqualTo(1011);
                assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun))
                        .isBetween(3 * LONG_PING_MILLIS - 100, 3 * LONG_PING_MILLIS + 500);
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

        @Test
        void aClientThatIsInTheMiddleOfAnotherMessageAtEachPingIsNotSlow() throws IOException {
            restart(PING_MILLIS);
            try (SocketClient client = open()) {
                for (int i = 1; i <= 5; i++) {
                    byte[] rest = client.begin("{'type':'publish','queue':'q','messages':[{'text':'a'}]}", i);
                    assertThat(client.nextOfAny().opcode()).isEqualTo(SocketClient.PING);
                    client.sendFrame(SocketClient.PONG, true, new byte[0]);
                    client.sendFrame(SocketClient.CONTINUATION, true, rest);
                }
                await().until(() -> broker.published() == 5);
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
                String receipts = "'" + "r".repeat(40) + "'" + (",'" + "r".repeat(40) + "'").repeat(19);
                String ack = "{'type':'ack','id':'" + "i".repeat(128) + "','receipts':[" + receipts + "]}";
                Thread sender = sendInBackground(client, ack, 40_000);
                await().during(Duration.ofSeconds(1)).until(sender::isAlive);
                for (int i = 0; i < 40_000; i++) {
                    client.nextJson("settled");
                }
                join(sender);
            }
        }
    }
}
