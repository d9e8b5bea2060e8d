package dev.postrider.broker.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class MalformedFrameTest extends SocketFixture {
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
                assertThat(error.getJsonObject("problem").getString("instance")).isEqualTo("/v1/ws");
                client.send("{'type':'dance','id':'d1'}");
                assertThat(client.nextJson().getString("id")).isEqualTo("d1");
                client.send("{'type':'ack','receipts':'x'}");
                client.nextJson("error");
                assertThat(client.nextCloseCode()).isEqualTo(1008);
                await().atMost(Duration.ofSeconds(1)).until(() -> broker.ready("q") == 1);
            }
        }

        @Test
        void halfOfASurrogatePairIsAnErrorOfItsFrame() throws IOException {
            try (SocketClient client = open()) {
                client.send("{'type':'publish','id':'p1','queue':'q','messages':[{'text':'\\ud800'}]}");
                JsonObject error = client.nextJson();
                assertThat(codeOf(error)).isEqualTo("invalid-request");
                assertThat(error.getString("id")).isEqualTo("p1");
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
                    client.sendFrame(SocketClient.CONTINUATION, false, part);
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
                    client.sendFrame(SocketClient.CONTINUATION, i == frame.length - 1, new byte[] {frame[i]});
                    if (i == 7) {
                        client.sendFrame(SocketClient.PING, true, new byte[] {'?'});
                    }
                }
                assertThat(client.next().opcode()).isEqualTo(SocketClient.PONG);
                assertThat(client.nextJson().getString("id")).isEqualTo("grüße");
            }
        }
    }
}
