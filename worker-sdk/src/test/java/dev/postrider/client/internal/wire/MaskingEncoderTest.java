package dev.postrider.client.internal.wire;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MaskingEncoderTest {
    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, SECONDS);
    }

    /** RFC 6455, section 5.7. */
    @Test
    void masksAsTheStandardShows() {
        byte[] hello = "Hello".getBytes(StandardCharsets.UTF_8);
        MaskingEncoder.mask(hello, 0, hello.length, 0x37fa213d);
        assertThat(HexFormat.of().formatHex(hello)).isEqualTo("7f9f4d5158");
    }

    @Test
    void masksFromAnyPlaceToAnyOtherAndNothingElse() {
        Random random = new Random(7);
        for (int from = 0; from < 20; from++) {
            for (int length = 0; length < 40; length++) {
                byte[] bytes = new byte[80];
                random.nextBytes(bytes);
                byte[] expected = bytes.clone();
                int key = random.nextInt();
                for (int i = 0; i < length; i++) {
                    expected[from + i] ^= (byte) (key >>> 24 - i % 4 * 8);
                }
                MaskingEncoder.mask(bytes, from, length, key);
                assertThat(bytes).isEqualTo(expected);
            }
        }
    }

    @Test
    void aServerReadsWhatWasWrittenWhateverItsLength() throws Exception {
        BlockingQueue<Buffer> received = new LinkedBlockingQueue<>();
        HttpServer server = vertx.createHttpServer(new HttpServerOptions().setMaxWebSocketMessageSize(1 << 20))
                .webSocketHandler(socket -> socket.binaryMessageHandler(received::add));
        int port = await(server.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture())
                .actualPort();
        WebSocket socket = await(vertx.createWebSocketClient()
                .connect(port, "127.0.0.1", "/")
                .toCompletionStage()
                .toCompletableFuture());
        List<Buffer> sent = new ArrayList<>();
        Random random = new Random(8);
        vertx.runOnContext(v -> {
            MaskingEncoder.install(socket);
            SocketLife life = new SocketLife(socket, null);
            socket.frameHandler(frame -> {}).pongHandler(payload -> {});
            for (int length : new int[] {0, 1, 125, 126, 127, 65_535, 65_536, 65_537, 300_001}) {
                byte[] bytes = new byte[length];
                random.nextBytes(bytes);
                sent.add(Buffer.buffer(bytes.clone()));
                life.write(BinaryLink.wrapped(bytes, length));
                life.ping();
            }
        });
        for (int i = 0; i < 9; i++) {
            Buffer next = received.poll(10, TimeUnit.SECONDS);
            assertThat(next).isEqualTo(sent.get(i));
        }
    }

    private static <T> T await(CompletableFuture<T> future) throws Exception {
        return future.get(10, SECONDS);
    }
}
