package dev.postrider.testbroker;

import dev.postrider.protocol.ProblemCode;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A client that follows a topic: a position is the number of messages before it. On its event loop. */
final class BrokerStream {
    private static final int RETRY_MILLIS = 10;
    private static final long KEEP_ALIVE_MILLIS = 50;
    /** The one kind of filter that is known here. */
    private static final Pattern FILTER = Pattern.compile("key = '([^']*)'");

    private final InMemoryBroker broker;
    private final String topic;
    private final HttpServerResponse response;
    private final Context context;
    private final String wantedKey;
    private int next;
    private long keepAlive;

    private BrokerStream(InMemoryBroker broker, String topic, HttpServerRequest request) {
        this.broker = broker;
        this.topic = topic;
        this.response = request.response();
        this.context = broker.vertx.getOrCreateContext();
        this.wantedKey = wantedKey(request.getParam("filter"));
    }

    static void open(InMemoryBroker broker, String topic, HttpServerRequest request) {
        broker.topics.require(topic);
        String position = request.getHeader("Last-Event-ID");
        broker.streamPositions.add(position == null ? "" : position);
        ProblemCode refusal = broker.streamRefusals.poll();
        if (refusal != null) {
            throw new Refusal(refusal);
        }
        new BrokerStream(broker, topic, request).begin(position, request.getParam("from"));
    }

    private static String wantedKey(String filter) {
        if (filter == null) {
            return null;
        }
        Matcher matcher = FILTER.matcher(filter);
        if (!matcher.matches()) {
            throw new Refusal(ProblemCode.INVALID_REQUEST);
        }
        return matcher.group(1);
    }

    private void begin(String position, String from) {
        response.putHeader("Content-Type", "text/event-stream").setChunked(true);
        response.drainHandler(ignored -> pump());
        response.closeHandler(ignored -> gone());
        keepAlive = broker.vertx.setPeriodic(KEEP_ALIVE_MILLIS, ignored -> keepAlive());
        next = start(position, from);
        // Who sees it open may publish, and expects it here.
        broker.streams.add(this);
        write("retry: " + RETRY_MILLIS + "\nid: " + next + "\n\n");
        int now = broker.topics.size(topic);
        if (next < now && !broker.topics.retains(topic)) {
            JsonObject gap = new JsonObject()
                    .put("from", broker.topics.message(topic, next).publishedAt.toString())
                    .put("to", Instant.now().toString());
            next = now;
            write("event: gap\ndata: " + gap.encode() + "\n\n");
        }
        pump();
    }

    private int start(String position, String from) {
        if (position != null) {
            return Integer.parseInt(position);
        }
        int index = from == null ? broker.topics.size(topic) : 0;
        while (index < broker.topics.size(topic)
                && broker.topics.message(topic, index).publishedAt.isBefore(Instant.parse(from))) {
            index++;
        }
        return index;
    }

    void dispatch() {
        context.runOnContext(ignored -> pump());
    }

    private void pump() {
        while (next < broker.topics.size(topic) && !response.closed() && !response.writeQueueFull()) {
            StoredMessage message = broker.topics.message(topic, next++);
            message.attempts = 1;
            if (wantedKey == null || wantedKey.equals(message.properties.getString("key"))) {
                JsonObject data = message.delivered(null);
                data.remove("receipt");
                write("event: message\nid: " + next + "\ndata: " + data.encode() + "\n\n");
            }
        }
    }

    private void keepAlive() {
        if (!response.writeQueueFull()) {
            write(": keep-alive\nid: " + next + "\n\n");
        }
    }

    /** Says why, and ends it; those of other topics go on if one is named. */
    void end(ProblemCode reason, String endingTopic) {
        if (endingTopic == null || endingTopic.equals(topic)) {
            context.runOnContext(ignored -> {
                String document = new Refusal(reason).document().encode();
                gone();
                Future<Void> ended = response.end("event: error\ndata: " + document + "\n\n");
                ended.onFailure(failure -> {});
            });
        }
    }

    private void gone() {
        broker.vertx.cancelTimer(keepAlive);
        broker.streams.remove(this);
    }

    private void write(String events) {
        Buffer bytes = Buffer.buffer(events);
        broker.streamedBytes.addAndGet(bytes.length());
        Future<Void> written = response.write(bytes);
        written.onFailure(failure -> {});
    }
}
