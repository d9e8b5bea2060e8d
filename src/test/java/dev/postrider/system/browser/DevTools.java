package dev.postrider.system.browser;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/** One connection of the Chrome DevTools Protocol: commands with their answers, and events. Thread-safe. */
final class DevTools implements WebSocket.Listener, AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ANSWER_LIMIT_SECONDS = 20;

    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
    private final StringBuilder frame = new StringBuilder();
    private final BiConsumer<String, JsonNode> events;
    private final WebSocket socket;
    // java.net.http refuses a send that overlaps another.
    private CompletableFuture<?> lastSend = CompletableFuture.completedFuture(null);

    private DevTools(HttpClient client, URI address, BiConsumer<String, JsonNode> events) {
        this.events = events;
        this.socket = client.newWebSocketBuilder().buildAsync(address, this).join();
    }

    static DevTools connect(HttpClient client, URI address, BiConsumer<String, JsonNode> events) {
        return new DevTools(client, address, events);
    }

    static ObjectNode parameters() {
        return JSON.createObjectNode();
    }

    /** Sends a command and waits for its result. */
    JsonNode call(String method, ObjectNode parameters) {
        int id = ids.incrementAndGet();
        ObjectNode command = parameters().put("id", id).put("method", method);
        command.set("params", parameters);
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        waiting.put(id, answer);
        synchronized (this) {
            lastSend = lastSend.thenCompose(done -> socket.sendText(command.toString(), true));
        }
        try {
            return answer.get(ANSWER_LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("The browser did not do " + command + ": " + e, e);
        }
    }

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
        frame.append(data);
        if (last) {
            String text = frame.toString();
            frame.setLength(0);
            handle(text);
        }
        webSocket.request(1);
        return null;
    }

    private void handle(String text) {
        JsonNode message;
        try {
            message = JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (!message.has("id")) {
            events.accept(message.path("method").asText(), message.path("params"));
            return;
        }
        CompletableFuture<JsonNode> answer = waiting.remove(message.get("id").asInt());
        if (answer == null) {
            return;
        }
        if (message.has("error")) {
            answer.completeExceptionally(
                    new IllegalStateException(message.get("error").toString()));
        } else {
            answer.complete(message.path("result"));
        }
    }

    @Override
    public CompletionStage<?> onClose(WebSocket webSocket, int status, String reason) {
        failAll("closed: " + status + " " + reason);
        return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        failAll(error.toString());
    }

    private void failAll(String why) {
        waiting.values().forEach(answer -> answer.completeExceptionally(new IllegalStateException(why)));
    }

    @Override
    public void close() {
        socket.abort();
    }
}
