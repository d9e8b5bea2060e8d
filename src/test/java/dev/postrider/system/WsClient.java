package dev.postrider.system;

import com.fasterxml.jackson.databind.JsonNode;
import dev.postrider.system.process.BrokerApi;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** Speaks the JSON sub-protocol over the JDK's own WebSocket. */
final class WsClient implements WebSocket.Listener, AutoCloseable {
    private final StringBuilder frame = new StringBuilder();
    private final List<JsonNode> frames = new CopyOnWriteArrayList<>();
    private volatile int closeStatus;
    private final WebSocket socket;

    private WsClient(URI address) {
        URI ws = URI.create(address.toString().replaceFirst("^http", "ws"));
        socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .subprotocols("postrider.v1.json")
                .buildAsync(ws, this)
                .join();
    }

    static WsClient open(URI address) {
        return new WsClient(address);
    }

    /** Sends a frame of JSON. */
    void send(String json) {
        socket.sendText(json, true).join();
    }

    /** The frames of a type that came so far. */
    List<JsonNode> frames(String type) {
        return frames.stream()
                .filter(one -> one.path("type").asText().equals(type))
                .toList();
    }

    /** The status with which the broker closed the socket; 0 as long as it is open. */
    int closeStatus() {
        return closeStatus;
    }

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
        frame.append(data);
        if (last) {
            try {
                frames.add(BrokerApi.JSON.readTree(frame.toString()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            frame.setLength(0);
        }
        webSocket.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket webSocket, int status, String reason) {
        closeStatus = status;
        return null;
    }

    /** Drops the connection without a closing handshake. */
    void cut() {
        socket.abort();
    }

    @Override
    public void close() {
        cut();
    }
}
