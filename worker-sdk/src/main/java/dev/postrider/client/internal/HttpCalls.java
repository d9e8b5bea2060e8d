package dev.postrider.client.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.postrider.client.PostriderException;
import dev.postrider.client.internal.session.EventLoop;
import dev.postrider.client.internal.wire.Endpoint;
import dev.postrider.client.internal.wire.Problems;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;

/** HTTP calls. What changes something is never repeated: it happens at most once. Safe for any thread. */
final class HttpCalls {
    private static final int CONNECTIONS_MAX = 64;
    private static final int WAITING_MAX = 1_000;
    private static final Duration ANSWER_TIME = Duration.ofSeconds(30);

    private final ObjectMapper mapper = new ObjectMapper();
    private final HttpClient http;
    private final Endpoint endpoint;
    private final EventLoop loop;

    HttpCalls(Vertx vertx, Endpoint endpoint, EventLoop loop) {
        this.endpoint = endpoint;
        this.loop = loop;
        this.http = vertx.createHttpClient(
                new HttpClientOptions().setMaxPoolSize(CONNECTIONS_MAX).setMaxWaitQueueSize(WAITING_MAX));
    }

    /** Answers the text of a success. {@code body} may be null. */
    Uni<String> text(HttpMethod method, String path, String body) {
        return text(method, path, body, Duration.ZERO);
    }

    /** The same for a call that may take {@code extra} longer. */
    Uni<String> text(HttpMethod method, String path, String body, Duration extra) {
        Uni<String> answer =
                Uni.createFrom().emitter(waiting -> loop.execute(() -> send(method, path, body, extra, waiting)));
        // A kept-alive connection may have been closed just now by a broker that restarted; only reading is repeated.
        return HttpMethod.GET.equals(method)
                ? answer.onFailure(HttpCalls::isNotAnswered).retry().atMost(1)
                : answer;
    }

    /** Answers the document of a success; a missing node if there is none. */
    Uni<JsonNode> json(HttpMethod method, String path, Object body) {
        String written = body == null ? null : write(body);
        return text(method, path, written).map(this::read);
    }

    String write(Object body) {
        try {
            return mapper.writeValueAsString(body);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Not writable as JSON: " + e.getOriginalMessage(), e);
        }
    }

    Future<Void> close() {
        return http.close();
    }

    private void send(HttpMethod method, String path, String body, Duration extra, UniEmitter<? super String> waiting) {
        RequestOptions request = endpoint.address(new RequestOptions(), path).setMethod(method);
        request.setTimeout(ANSWER_TIME.plus(extra).toMillis());
        request.putHeader("Accept", "application/json, application/problem+json");
        if (body != null) {
            request.putHeader("Content-Type", "application/json");
        }
        http.request(request)
                .compose(ready -> body == null ? ready.send() : ready.send(Buffer.buffer(body)))
                .compose(response -> response.body().map(bytes -> {
                    answer(response, bytes.toString(), waiting);
                    return bytes;
                }))
                .onFailure(failure ->
                        waiting.fail(failure instanceof PostriderException ? failure : notAnswered(failure)));
    }

    private static boolean isNotAnswered(Throwable failure) {
        return failure instanceof PostriderException problem && problem.isOutcomeUnknown();
    }

    private static PostriderException notAnswered(Throwable failure) {
        return PostriderException.unavailable("The broker did not answer: " + failure.getMessage(), failure)
                .withOutcomeUnknown();
    }

    private void answer(HttpClientResponse response, String text, UniEmitter<? super String> waiting) {
        if (response.statusCode() / 100 == 2) {
            waiting.complete(text);
        } else {
            waiting.fail(Problems.read(problem(text), response.statusCode(), response.getHeader("Retry-After")));
        }
    }

    /** A proxy's error page is not a problem document. */
    private JsonNode problem(String text) {
        try {
            return mapper.readTree(text);
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }

    JsonNode read(String text) {
        try {
            return text.isEmpty() ? MissingNode.getInstance() : mapper.readTree(text);
        } catch (JsonProcessingException e) {
            throw PostriderException.unavailable("The answer is not JSON: " + e.getOriginalMessage(), e);
        }
    }
}
