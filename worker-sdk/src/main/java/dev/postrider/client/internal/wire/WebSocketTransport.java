package dev.postrider.client.internal.wire;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;

/** What the sub-protocols have in common: how a WebSocket is opened. */
abstract class WebSocketTransport implements Transport {
    private static final int CLOSING_TIMEOUT_SECONDS = 2;

    private final WebSocketClient webSockets;
    private final String subProtocol;
    private final int connectTimeoutMillis;

    WebSocketTransport(Vertx vertx, String subProtocol, int connectTimeoutMillis) {
        this.subProtocol = subProtocol;
        this.connectTimeoutMillis = connectTimeoutMillis;
        this.webSockets = vertx.createWebSocketClient(new WebSocketClientOptions()
                .setMaxFrameSize(MESSAGE_BYTES_MAX)
                .setMaxMessageSize(MESSAGE_BYTES_MAX)
                .setClosingTimeout(CLOSING_TIMEOUT_SECONDS)
                .setConnectTimeout(connectTimeoutMillis));
    }

    /** Begins to speak on a socket that has just been opened. */
    abstract Link link(WebSocket socket, LinkListener listener);

    @Override
    public final Future<Link> connect(Endpoint broker, LinkListener listener) {
        WebSocketConnectOptions address = broker.address(new WebSocketConnectOptions(), "/v1/ws");
        address.addSubProtocol(subProtocol);
        // Browsers say so whose page they show; behind a proxy that calls the broker by another name it would be wrong.
        address.setAllowOriginHeader(false);
        address.setTimeout(connectTimeoutMillis);
        return webSockets
                .connect(address)
                .map(socket -> link(socket, listener))
                .recover(failure -> Future.failedFuture(explained(failure)));
    }

    @Override
    public final Future<Void> close() {
        return webSockets.close();
    }

    private static Throwable explained(Throwable failure) {
        if (failure instanceof UpgradeRejectedException rejected) {
            return Problems.read(
                    null, rejected.getStatus(), rejected.getHeaders().get("Retry-After"));
        }
        return failure;
    }
}
