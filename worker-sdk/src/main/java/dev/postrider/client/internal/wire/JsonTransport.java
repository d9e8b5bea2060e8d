package dev.postrider.client.internal.wire;

import dev.postrider.client.OutgoingMessage;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;

/** Speaks the sub-protocol {@code postrider.v1.json}. */
public final class JsonTransport implements Transport {
    private static final String SUB_PROTOCOL = "postrider.v1.json";
    private static final int CLOSING_TIMEOUT_SECONDS = 2;

    /** A message of 64 MiB, the most a broker can be told to take, in base64, and room for its fields. */
    private static final int MESSAGE_BYTES_MAX = 96 << 20;

    private final WebSocketClient webSockets;
    private final int connectTimeoutMillis;

    public JsonTransport(Vertx vertx, int connectTimeoutMillis) {
        this.connectTimeoutMillis = connectTimeoutMillis;
        this.webSockets = vertx.createWebSocketClient(new WebSocketClientOptions()
                .setMaxFrameSize(MESSAGE_BYTES_MAX)
                .setMaxMessageSize(MESSAGE_BYTES_MAX)
                .setClosingTimeout(CLOSING_TIMEOUT_SECONDS)
                .setConnectTimeout(connectTimeoutMillis));
    }

    @Override
    public byte[] encode(OutgoingMessage message, String deduplicationKey) {
        return JsonMessageEncoder.encode(message, deduplicationKey);
    }

    @Override
    public Future<Link> connect(Endpoint broker, LinkListener listener) {
        WebSocketConnectOptions address = broker.address(new WebSocketConnectOptions(), "/v1/ws");
        address.addSubProtocol(SUB_PROTOCOL);
        address.setTimeout(connectTimeoutMillis);
        return webSockets
                .connect(address)
                .<Link>map(socket -> new JsonLink(socket, listener))
                .recover(failure -> Future.failedFuture(explained(failure)));
    }

    @Override
    public Future<Void> close() {
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
