package dev.postrider.client.internal.wire;

import dev.postrider.client.OutgoingMessage;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;

/** Speaks the sub-protocol {@code postrider.v1.json}. */
public final class JsonTransport extends WebSocketTransport {
    /** The API's own bound. */
    public static final int SETTLE_MAX = 1_000;

    public JsonTransport(Vertx vertx, int connectTimeoutMillis) {
        super(vertx, "postrider.v1.json", connectTimeoutMillis);
    }

    @Override
    public byte[] encode(OutgoingMessage message, String deduplicationKey) {
        return JsonMessageEncoder.encode(message, deduplicationKey);
    }

    @Override
    public int settleMax() {
        return SETTLE_MAX;
    }

    @Override
    Link link(WebSocket socket, LinkListener listener) {
        return new JsonLink(socket, listener);
    }
}
