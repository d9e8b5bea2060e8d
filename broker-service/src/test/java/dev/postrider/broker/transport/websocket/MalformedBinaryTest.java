package dev.postrider.broker.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.postrider.protocol.Receipt;
import dev.postrider.protocol.codec.RecordBatchWriter;
import dev.postrider.protocol.frame.ClientFrames;
import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class MalformedBinaryTest extends SocketFixture {
    @Override
    SubProtocol protocol() {
        return SubProtocol.BINARY;
    }

    @Test
    void framesAreAnsweredAndTheThirdClosesTheSocket() throws IOException {
        put("q", 1);
        try (SocketClient client = open()) {
            client.send("{'type':'subscribe','id':'s1','queue':'q','credit':1}");
            client.nextJson("message");
            byte[] ack = BinarySpeech.written(out -> ClientFrames.ack(out, 1, List.of(new Receipt(1, 1, 0, 0, 7))));
            ack[ack.length - 5] ^= 1;
            client.sendFrame(SocketClient.BINARY, true, ack);
            JsonObject error = client.nextJson();
            assertThat(codeOf(error)).isEqualTo("invalid-request");
            assertThat(error.getJsonObject("problem").getString("detail")).contains("checksum");
            client.sendFrame(SocketClient.BINARY, true, new byte[] {0x55, 0, 0, 0, 1, 0});
            assertThat(client.nextJson("error").containsKey("id")).isFalse();
            assertThat(broker.inFlight()).isEqualTo(1);
            client.sendFrame(SocketClient.BINARY, true, new byte[] {1, 2, 3});
            client.nextJson("error");
            assertThat(client.nextCloseCode()).isEqualTo(1008);
            await().until(() -> broker.ready("q") == 1);
        }
    }

    @Test
    void textCountsAsSuch() throws IOException {
        try (SocketClient client = open()) {
            for (int i = 0; i < 3; i++) {
                client.sendFrame(SocketClient.TEXT, true, new byte[] {'{', '}'});
                client.nextJson("error");
            }
            assertThat(client.nextCloseCode()).isEqualTo(1008);
        }
    }

    @Test
    void whatStandsBeforeABrokenFrameIsDone() throws IOException {
        try (SocketClient client = open()) {
            byte[] message = BinarySpeech.written(out -> {
                ClientFrames.publish(out, 7, false, "q", batch("a"));
                ClientFrames.publish(out, 8, false, "q", batch("b"));
            });
            client.sendFrame(SocketClient.BINARY, true, Arrays.copyOf(message, message.length - 1));
            await().until(() -> broker.published() == 1);
            client.nextJson("error");
        }
    }

    @Test
    void aDamagedBatchIsRefusedAsAWhole() throws IOException {
        try (SocketClient client = open()) {
            byte[] message = BinarySpeech.written(out -> ClientFrames.publish(out, 7, false, "q", batch("abc")));
            message[message.length - 1] ^= 0x10;
            client.sendFrame(SocketClient.BINARY, true, message);
            assertThat(codeOf(client.nextJson())).isEqualTo("invalid-request");
            assertThat(broker.published()).isZero();
        }
    }

    @Test
    void whatOnlyTheBrokerSetsIsRefused() throws IOException {
        try (SocketClient client = open()) {
            RecordBatchWriter writer = new RecordBatchWriter();
            writer.append(MessageRecord.builder().attempts(3).build());
            byte[] batch = writer.finish();
            for (int i = 0; i < 4; i++) {
                client.sendFrame(
                        SocketClient.BINARY,
                        true,
                        BinarySpeech.written(out -> ClientFrames.publish(out, 7, false, "q", batch)));
                assertThat(codeOf(client.nextJson())).isEqualTo("invalid-request");
            }
            assertThat(broker.published()).isZero();
        }
    }

    @Test
    void aMessageOfManyFramesIsTakenInOrderAndNoFasterThanManyMessages() throws IOException {
        broker.holdPublishes();
        try (SocketClient client = open()) {
            byte[] message = BinarySpeech.written(out -> {
                for (int i = 1; i <= 2_000; i++) {
                    ClientFrames.publish(out, i, false, "q", batch(Integer.toString(i)));
                }
            });
            client.sendFrame(SocketClient.BINARY, true, message);
            await().until(() -> broker.publishing() == 256);
            broker.releasePublishes();
            await().until(() -> broker.published() == 2_000);
            client.send("{'type':'subscribe','id':'s1','queue':'q','credit':2000}");
            for (int i = 1; i <= 2_000; i++) {
                assertThat(client.nextJson("message").getString("text")).isEqualTo(Integer.toString(i));
            }
        }
    }

    @Test
    void aMessageOverTheLimitClosesTheSocket() throws IOException {
        try (SocketClient client = open()) {
            byte[] part = new byte[100 * KIB];
            client.sendFrame(SocketClient.BINARY, false, part);
            for (int i = 0; i < 4; i++) {
                client.sendFrame(SocketClient.CONTINUATION, false, part);
            }
            assertThat(client.nextCloseCode()).isEqualTo(1009);
        }
    }

    private static byte[] batch(String text) {
        RecordBatchWriter writer = new RecordBatchWriter();
        writer.append(MessageRecord.builder()
                .contentType("text/plain")
                .body(text.getBytes(StandardCharsets.UTF_8))
                .build());
        return writer.finish();
    }
}
