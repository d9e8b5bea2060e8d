package dev.postrider.broker.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.transport.FakeBroker;
import dev.postrider.broker.transport.Limits;
import dev.postrider.broker.transport.MessageParser;
import dev.postrider.broker.transport.PublishBudget;
import dev.postrider.broker.transport.TransportServer;
import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** Starts the routes of the socket on a fake broker, and has what their tests share. */
@Timeout(60)
abstract class SocketFixture {
    static final Limits LIMITS = new Limits(100_000, 400_000, 500_000);
    static final int KIB = 1024;
    static final long PING_MILLIS = 400;
    /** So long that the time between two of them can be told from a busy machine. */
    static final long LONG_PING_MILLIS = 1_000;

    final FakeBroker broker = new FakeBroker();
    final PublishBudget budget = new PublishBudget(LIMITS.inFlightPublishBytes());
    TransportServer server;
    SocketRoutes routes;

    @BeforeEach
    void start() {
        start(60_000);
    }

    final void start(long pingMillis) {
        HttpServerOptions options = new HttpServerOptions();
        new SocketServerOptions(LIMITS).customizeHttpServer(options);
        MessageParser messages = new MessageParser(LIMITS.messageBytes());
        server = new TransportServer(options, (vertx, router) -> {
            routes = new SocketRoutes(new Broker(vertx, broker, broker, broker, messages, LIMITS, budget, pingMillis));
            routes.register(router);
        });
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** What the test speaks. */
    SubProtocol protocol() {
        return SubProtocol.JSON;
    }

    final SocketClient open() throws IOException {
        return SocketClient.connect(server.port(), protocol());
    }

    final void put(String queue, int count) {
        for (int i = 0; i < count; i++) {
            put(queue, Integer.toString(i));
        }
    }

    final void put(String queue, String text) {
        broker.put(
                queue,
                MessageRecord.builder()
                        .contentType("text/plain")
                        .body(text.getBytes(StandardCharsets.UTF_8))
                        .build());
    }

    static String codeOf(JsonObject error) {
        assertThat(error.getString("type")).isEqualTo("error");
        return error.getJsonObject("problem").getString("code");
    }

    static Thread sendInBackground(SocketClient client, String frame, int times) {
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

    static void join(Thread thread) {
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        assertThat(thread.isAlive()).isFalse();
    }
}
