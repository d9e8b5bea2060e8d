package dev.postrider.broker.transport.websocket;

import dev.postrider.broker.transport.Limits;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import jakarta.inject.Singleton;
import java.util.List;

/** What the shared HTTP server must know of WebSockets before it starts. */
@Singleton
final class SocketServerOptions implements HttpServerOptionsCustomizer {
    /** Bytes that a frame may have beyond the batch in it: its type, its id, the queue's name. */
    private static final int ENVELOPE_BYTES = 64 * 1024;

    /** On Linux's native transport a peer that acknowledges nothing for so long is gone, whatever it was sent. */
    private static final int UNACKNOWLEDGED_MILLIS_MAX = 30_000;

    private final Limits limits;

    SocketServerOptions(Limits limits) {
        this.limits = limits;
    }

    /** The longest message of a client, in one frame or many. */
    static int messageBytesMax(Limits limits) {
        return limits.batchBytes() + ENVELOPE_BYTES;
    }

    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        customize(options);
    }

    @Override
    public void customizeHttpsServer(HttpServerOptions options) {
        customize(options);
    }

    private void customize(HttpServerOptions options) {
        // Compression would cost a window of memory per socket, and let a small frame become a huge one.
        options.setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setMaxWebSocketFrameSize(messageBytesMax(limits))
                .setMaxWebSocketMessageSize(messageBytesMax(limits))
                .setWebSocketSubProtocols(List.of(SubProtocol.JSON.text(), SubProtocol.BINARY.text()))
                .setTcpUserTimeout(UNACKNOWLEDGED_MILLIS_MAX);
    }
}
