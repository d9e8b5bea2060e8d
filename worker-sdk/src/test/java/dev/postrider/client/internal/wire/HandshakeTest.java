package dev.postrider.client.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HandshakeTest {
    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void namesNoOriginSinceNoPageAsks() throws Exception {
        CompletableFuture<MultiMap> asked = new CompletableFuture<>();
        HttpServer server = vertx.createHttpServer()
                .requestHandler(request -> {
                    asked.complete(request.headers());
                    request.response().setStatusCode(503).end();
                })
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        Endpoint broker = new Endpoint(URI.create("http://127.0.0.1:" + server.actualPort()), null);

        CompletableFuture<Link> link = new JsonTransport(vertx, 5_000)
                .connect(broker, null)
                .toCompletionStage()
                .toCompletableFuture();

        assertThat(asked.get(10, TimeUnit.SECONDS).contains("Sec-WebSocket-Key"))
                .isTrue();
        assertThat(asked.get().contains("Origin")).isFalse();
        assertThatThrownBy(() -> link.get(10, TimeUnit.SECONDS)).isNotNull();
    }
}
