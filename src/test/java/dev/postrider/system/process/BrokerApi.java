package dev.postrider.system.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The broker's HTTP API as any client speaks it, with nothing of our SDK in between. Thread-safe. */
public final class BrokerApi {
    public static final ObjectMapper JSON = new ObjectMapper();

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    // One for all: it holds threads, and a test that fails would leave them behind.
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private final URI base;
    private final Duration timeout;

    BrokerApi(URI base) {
        this(base, TIMEOUT);
    }

    private BrokerApi(URI base, Duration timeout) {
        this.base = base;
        this.timeout = timeout;
    }

    /** The same API for a client that waits for an answer no longer than {@code limit}. */
    public BrokerApi within(Duration limit) {
        return new BrokerApi(base, limit);
    }

    /**
     * What came back.
     *
     * @param body the JSON, or null if there was none
     */
    public record Answer(int status, HttpResponse<String> response, JsonNode body) {
        /** Returns itself if the status is {@code expected}. */
        public Answer expect(int expected) {
            if (status != expected) {
                throw new AssertionError("Expected " + expected + " of " + response.request() + " but got " + status
                        + ": " + response.body());
            }
            return this;
        }
    }

    /** A call that the broker did not answer: the connection was refused or cut. What it did is unknown. */
    public static final class Unanswered extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unanswered(IOException cause) {
            super(cause);
        }
    }

    public Answer get(String path) {
        return send(request(path).GET().build());
    }

    public Answer delete(String path) {
        return send(request(path).DELETE().build());
    }

    /** PUT with a JSON body. */
    public Answer put(String path, String json) {
        return send(request(path)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(json))
                .build());
    }

    /** POST with a JSON body. */
    public Answer post(String path, String json) {
        return send(request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json))
                .build());
    }

    /** Creates the queue or changes its settings. */
    public JsonNode putQueue(String queue, String settings) {
        Answer answer = put("/v1/queues/" + queue, settings);
        if (answer.status() != 200 && answer.status() != 201) {
            answer.expect(201);
        }
        return answer.body();
    }

    /** Publishes one message of plain text. */
    public Answer publish(String queue, String text, Map<String, String> headers) {
        HttpRequest.Builder request = request("/v1/queues/" + queue + "/messages")
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString(text));
        headers.forEach(request::header);
        return send(request.build());
    }

    /** Publishes the texts as one batch; all or none are stored. */
    public Answer publishBatch(String queue, List<String> texts) {
        ObjectNode batch = JSON.createObjectNode();
        ArrayNode messages = batch.putArray("messages");
        for (String text : texts) {
            // The text is its own deduplication key, so that repeating an unanswered batch stores it once.
            messages.addObject().put("text", text).put("deduplicationKey", text);
        }
        return post("/v1/queues/" + queue + "/batch", batch.toString());
    }

    /** Receives up to {@code max} messages, waiting up to {@code wait} for the first. */
    public List<JsonNode> receive(String queue, int max, String wait) {
        JsonNode body = post("/v1/queues/" + queue + "/receive", "{\"max\":" + max + ",\"wait\":\"" + wait + "\"}")
                .expect(200)
                .body();
        return list(body.get("messages"));
    }

    /** Acknowledges and returns the answer: {@code settled} and {@code failed}. */
    public JsonNode ack(String queue, List<String> receipts) {
        return settle(queue, "ack", receipts, "");
    }

    /**
     * Settles in the given way.
     *
     * @param more further fields, starting with a comma, or empty
     */
    public JsonNode settle(String queue, String call, List<String> receipts, String more) {
        ArrayNode array = JSON.createArrayNode();
        receipts.forEach(array::add);
        return post("/v1/queues/" + queue + "/" + call, "{\"receipts\":" + array + more + "}")
                .expect(200)
                .body();
    }

    /** A figure of the queue's statistics. */
    public long stat(String queue, String name) {
        return get("/v1/queues/" + queue)
                .expect(200)
                .body()
                .at("/stats/" + name)
                .asLong(-1);
    }

    /** Where this API is. */
    public URI base() {
        return base;
    }

    /** The elements of an array. */
    public static List<JsonNode> list(JsonNode array) {
        java.util.ArrayList<JsonNode> elements = new java.util.ArrayList<>();
        array.forEach(elements::add);
        return elements;
    }

    /** The receipts of delivered messages. */
    public static List<String> receipts(List<JsonNode> messages) {
        return messages.stream().map(message -> message.get("receipt").asText()).toList();
    }

    /** A request to build on. */
    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(base.resolve(path)).timeout(timeout);
    }

    /** Sends any request. */
    public Answer send(HttpRequest request) {
        try {
            HttpResponse<String> response = CLIENT.send(request, BodyHandlers.ofString());
            return new Answer(response.statusCode(), response, parse(response));
        } catch (IOException e) {
            throw new Unanswered(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode parse(HttpResponse<String> response) {
        String type = response.headers().firstValue("Content-Type").orElse("");
        if (!type.contains("json") || response.body().isEmpty()) {
            return null;
        }
        try {
            return JSON.readTree(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException("Not JSON: " + response.body(), e);
        }
    }
}
