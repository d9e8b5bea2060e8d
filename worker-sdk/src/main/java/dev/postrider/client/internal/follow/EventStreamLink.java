package dev.postrider.client.internal.follow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.postrider.client.PostriderException;
import dev.postrider.client.internal.session.EventLoop;
import dev.postrider.client.internal.session.Heartbeat;
import dev.postrider.client.internal.wire.Endpoint;
import dev.postrider.client.internal.wire.Problems;
import dev.postrider.client.internal.wire.Transport;
import dev.postrider.protocol.ProblemCode;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * One connection over which server-sent events come. It reads once when it is opened and then only when it is told to,
 * so that what a slow taker has not asked for stays in the socket, and at the broker. A connection that is read from
 * and brings nothing for too long, not even a comment, is taken for dead. On the event loop only.
 */
final class EventStreamLink {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String EVENT_STREAM = "text/event-stream";
    private static final int OK = 200;
    private static final int CHECKS_PER_INTERVAL = 5;

    /** Hears one link. */
    interface Listener {
        /** An event came; more of the same reading may follow at once. */
        void onEvent(ServerSentEvent event);

        /** All events of a reading were told: {@link #read} may be called. */
        void onRead();

        /**
         * It is over, and nobody called {@link #close}. Called once, and the last call.
         *
         * @param reason what the broker said, or {@code unavailable}
         */
        void onEnd(PostriderException reason);
    }

    private final EventLoop loop;
    private final long checkMillis;
    private final Heartbeat heartbeat;
    private final Listener listener;
    private final EventStreamParser parser;
    private HttpClientRequest request;
    private HttpClientResponse response;
    private boolean reading = true;
    private boolean over;

    /**
     * @param silence how long nothing at all may come
     * @param lastEventId behind which the events begin, or null
     */
    EventStreamLink(EventLoop loop, Duration silence, String lastEventId, Listener listener) {
        this.loop = loop;
        // It gives up after two intervals.
        long interval = Math.max(1, silence.toMillis() / 2);
        this.checkMillis = interval / CHECKS_PER_INTERVAL;
        this.heartbeat = new Heartbeat(interval, now());
        this.listener = listener;
        this.parser = new EventStreamParser(Transport.MESSAGE_BYTES_MAX, lastEventId, this::tell);
    }

    /** Connects, asks, and reads for the first time. */
    void open(HttpClient http, Endpoint broker, String path) {
        RequestOptions options = broker.address(new RequestOptions(), path).setMethod(HttpMethod.GET);
        http.request(options)
                .compose(this::send)
                .onSuccess(this::answered)
                .onFailure(failure ->
                        end(PostriderException.unavailable("The broker did not answer: " + failure, failure)));
        checkSilence();
    }

    /** Behind the last event, and behind what the broker said to be empty; null: not known yet. */
    String lastEventId() {
        return parser.lastEventId();
    }

    /** How long the broker asks to wait before one comes back; 0 unless it did. */
    int retryMillis() {
        return parser.retryMillis();
    }

    /** Reads some bytes once they are there. Without effect while it waits for some already. */
    void read() {
        if (!reading && !over) {
            reading = true;
            heartbeat.sign(now());
            response.fetch(1);
        }
    }

    /** Closes the connection; the listener hears nothing more. */
    void close() {
        over = true;
        if (request != null) {
            request.reset();
        }
    }

    private Future<HttpClientResponse> send(HttpClientRequest connected) {
        request = connected;
        if (over) {
            request.reset();
            return Future.failedFuture("Not wanted any more");
        }
        request.putHeader("Accept", EVENT_STREAM + ", application/problem+json");
        String position = parser.lastEventId();
        if (position != null && !position.isEmpty()) {
            request.putHeader("Last-Event-ID", position);
        }
        return request.send();
    }

    private void answered(HttpClientResponse answer) {
        if (over) {
            return;
        }
        heartbeat.sign(now());
        if (answer.statusCode() != OK) {
            answer.body()
                    .onSuccess(body -> end(
                            Problems.read(json(body.toString()), answer.statusCode(), answer.getHeader("Retry-After"))))
                    .onFailure(this::lost);
        } else if (isEventStream(answer.getHeader("Content-Type"))) {
            response = answer;
            answer.pause();
            answer.handler(this::take);
            answer.endHandler(ended -> end(PostriderException.unavailable("The stream has ended", null)));
            answer.exceptionHandler(this::lost);
            answer.fetch(1);
        } else {
            end(PostriderException.unavailable("The answer is no event stream", null));
        }
    }

    private static boolean isEventStream(String contentType) {
        return contentType != null && contentType.toLowerCase(Locale.ROOT).startsWith(EVENT_STREAM);
    }

    /** A proxy's error page is not a problem document. */
    private static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }

    private void take(Buffer bytes) {
        if (over) {
            return;
        }
        reading = false;
        heartbeat.sign(now());
        try {
            parser.feed(bytes.getBytes());
        } catch (PostriderException e) {
            end(e);
            return;
        }
        if (!over) {
            listener.onRead();
        }
    }

    /** What stands behind the event with which the taker has left is not told. */
    private void tell(ServerSentEvent event) {
        if (over) {
            return;
        }
        if (event.type().equals("error")) {
            end(Problems.read(json(event.data()), ProblemCode.UNAVAILABLE.status(), null));
        } else {
            listener.onEvent(event);
        }
    }

    private void lost(Throwable failure) {
        end(PostriderException.unavailable("The stream broke: " + failure, failure));
    }

    private void end(PostriderException reason) {
        if (!over) {
            close();
            listener.onEnd(reason);
        }
    }

    private void checkSilence() {
        if (over) {
            return;
        }
        if (!reading) {
            // Nothing can be heard from a socket that is not read.
            heartbeat.sign(now());
        }
        if (heartbeat.check(now()) == Heartbeat.Act.GIVE_UP) {
            end(PostriderException.unavailable("Nothing comes from the broker", null));
        } else {
            loop.timer(checkMillis, this::checkSilence);
        }
    }

    private static long now() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }
}
