package dev.postrider.client.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.postrider.client.PostriderException;
import dev.postrider.client.internal.session.EventLoop;
import dev.postrider.client.internal.wire.BrokerChoice;
import dev.postrider.client.internal.wire.Endpoint;
import dev.postrider.client.internal.wire.Problems;
import dev.postrider.protocol.ProblemCode;
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

/**
 * HTTP calls to whichever broker serves. A call that certainly reached nobody goes to the next one; one whose fate is
 * unknown does so only if it may be done twice. Safe for any thread.
 */
final class HttpCalls {
    private static final int CONNECTIONS_MAX = 64;
    private static final int WAITING_MAX = 1_000;
    private static final int TRIES_PER_BROKER = 2;
    private static final int AGAIN_MILLIS = 50;
    private static final Duration ANSWER_TIME = Duration.ofSeconds(30);

    private final ObjectMapper mapper = new ObjectMapper();
    private final HttpClient http;
    private final BrokerChoice brokers;
    private final EventLoop loop;

    HttpCalls(Vertx vertx, BrokerChoice brokers, int connectMillis, EventLoop loop) {
        this.brokers = brokers;
        this.loop = loop;
        this.http = vertx.createHttpClient(new HttpClientOptions()
                .setConnectTimeout(connectMillis)
                .setMaxPoolSize(CONNECTIONS_MAX)
                .setMaxWaitQueueSize(WAITING_MAX));
    }

    /** Answers the text of a success. {@code body} may be null. What may be done twice is repeated. */
    Uni<String> text(HttpMethod method, String path, String body) {
        boolean repeatable = HttpMethod.GET.equals(method) || HttpMethod.PUT.equals(method);
        return text(method, path, body, Duration.ZERO, repeatable);
    }

    /** The same for a call that may take {@code extra} longer, and may be done twice if {@code repeatable}. */
    Uni<String> text(HttpMethod method, String path, String body, Duration extra, boolean repeatable) {
        return Uni.createFrom()
                .emitter(
                        waiting -> loop.execute(() -> new Call(method, path, body, extra, repeatable, waiting).send()));
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

    /** One call, with as many tries as it takes or may take. */
    private final class Call {
        private final HttpMethod method;
        private final String path;
        private final String body;
        private final Duration extra;
        private final boolean repeatable;
        private final UniEmitter<? super String> waiting;
        private int failures;

        Call(
                HttpMethod method,
                String path,
                String body,
                Duration extra,
                boolean repeatable,
                UniEmitter<? super String> waiting) {
            this.method = method;
            this.path = path;
            this.body = body;
            this.extra = extra;
            this.repeatable = repeatable;
            this.waiting = waiting;
        }

        void send() {
            Endpoint broker = brokers.current();
            RequestOptions request = broker.address(new RequestOptions(), path).setMethod(method);
            request.setTimeout(ANSWER_TIME.plus(extra).toMillis());
            request.putHeader("Accept", "application/json, application/problem+json");
            if (body != null) {
                request.putHeader("Content-Type", "application/json");
            }
            http.request(request)
                    .onSuccess(ready -> (body == null ? ready.send() : ready.send(Buffer.buffer(body)))
                            .compose(response -> response.body().map(bytes -> answer(broker, response, bytes)))
                            .onFailure(failure -> failed(
                                    broker, repeatable, notAnswered(failure).withOutcomeUnknown())))
                    .onFailure(failure -> failed(broker, true, notAnswered(failure)));
        }

        private Void answer(Endpoint broker, HttpClientResponse response, Buffer bytes) {
            if (response.statusCode() / 100 == 2) {
                waiting.complete(bytes.toString());
                return null;
            }
            PostriderException refusal =
                    Problems.read(problem(bytes.toString()), response.statusCode(), response.getHeader("Retry-After"));
            if (refusal.is(ProblemCode.UNAVAILABLE) && brokers.size() > 1) {
                failed(broker, repeatable, refusal);
            } else {
                waiting.fail(refusal);
            }
            return null;
        }

        private void failed(Endpoint broker, boolean mayGoAgain, PostriderException failure) {
            brokers.moveFrom(broker);
            failures++;
            if (!mayGoAgain || failures >= TRIES_PER_BROKER * brokers.size()) {
                waiting.fail(failure);
            } else if (failures % brokers.size() == 0) {
                loop.timer(AGAIN_MILLIS, this::send);
            } else {
                send();
            }
        }
    }

    private static PostriderException notAnswered(Throwable failure) {
        return PostriderException.unavailable("The broker did not answer: " + failure.getMessage(), failure);
    }
}
