package dev.postrider.broker.transport.http;

import dev.postrider.broker.dispatch.Publisher;
import dev.postrider.broker.transport.JsonOutput;
import dev.postrider.broker.transport.Problem;
import dev.postrider.protocol.ProtocolException;
import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** One request to a queue or a topic and its answer. Belongs to the request's context. */
final class Exchange {
    private final RoutingContext routing;
    private final String queue;
    private final String topic;
    private final BodyReader bodies;
    private byte[] json = new byte[0];

    /** One whose path names nothing, or nothing that is asked for here. */
    Exchange(RoutingContext routing, BodyReader bodies) {
        this(routing, null, null, bodies);
    }

    Exchange(RoutingContext routing, String queue, String topic, BodyReader bodies) {
        this.routing = routing;
        this.queue = queue;
        this.topic = topic;
        this.bodies = bodies;
    }

    Vertx vertx() {
        return routing.vertx();
    }

    HttpServerRequest request() {
        return routing.request();
    }

    HttpServerResponse response() {
        return routing.response();
    }

    BodyReader bodies() {
        return bodies;
    }

    /** The queue's name, known to be one; null if the path names none. */
    String queue() {
        return queue;
    }

    /** Publishes to what the path names, a queue or a topic. */
    Future<List<String>> publish(Publisher publisher, List<MessageRecord> messages) {
        return topic == null ? publisher.publish(queue, messages) : publisher.publishToTopic(topic, messages);
    }

    /** The body of a call that takes JSON; empty if it has none. */
    byte[] json() {
        return json;
    }

    void setJson(byte[] body) {
        json = body;
    }

    /** A query parameter, or null; an empty one counts as none. */
    String query(String name) {
        String text = routing.queryParams().get(name);
        return text == null || text.isEmpty() ? null : text;
    }

    /** A query parameter that is a whole number within bounds. */
    int query(String name, int otherwise, int min, int max) {
        String text = query(name);
        if (text == null) {
            return otherwise;
        }
        boolean digits = text.length() <= 9 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        int value = digits ? Integer.parseInt(text) : min - 1;
        if (value < min || value > max) {
            throw ProtocolException.invalid("'" + name + "' must be a whole number from " + min + " to " + max);
        }
        return value;
    }

    /** Answers with JSON, or that it failed. */
    <T> void answer(int status, Future<T> outcome, Rendering<T> rendering) {
        outcome.onComplete(done -> {
            if (done.failed()) {
                refuse(done.cause());
            } else {
                answer(status, out -> rendering.write(out, done.result()));
            }
        });
    }

    void answer(int status, JsonOutput.Content content) {
        send(status, MediaTypes.JSON, JsonOutput.write(content));
    }

    /** Answers with what the client is told about the failure. */
    void refuse(Throwable reason) {
        if (!isOver()) {
            refuse(Problem.of(reason, request().path()));
        }
    }

    void refuse(Problem problem) {
        if (isOver()) {
            return;
        }
        if (problem.code().isRetryable()) {
            response().putHeader("Retry-After", Integer.toString(Problem.RETRY_AFTER_SECONDS));
        }
        if (!request().isEnded()) {
            response().putHeader("Connection", "close");
        }
        send(problem.code().status(), Problem.CONTENT_TYPE, problem.toBuffer());
    }

    /** True if the answer was given, or nobody is there any more to take one. */
    boolean isOver() {
        return response().ended() || response().closed() || response().headWritten();
    }

    private void send(int status, String contentType, Buffer body) {
        if (!isOver()) {
            startAnswer(status, contentType);
            response().end(body);
            bodies.discardRest(request());
        }
    }

    HttpServerResponse startAnswer(int status, String contentType) {
        return response()
                .setStatusCode(status)
                .putHeader("Content-Type", contentType)
                .putHeader("Cache-Control", "no-store");
    }

    /** Writes a result as JSON. */
    @FunctionalInterface
    interface Rendering<T> {
        void write(com.fasterxml.jackson.core.JsonGenerator out, T result) throws java.io.IOException;
    }
}
