package dev.postrider.client.internal.follow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.postrider.client.FollowOptions;
import dev.postrider.client.PostriderException;
import dev.postrider.client.TopicEvent;
import dev.postrider.client.internal.session.Reconnection;
import dev.postrider.client.internal.wire.Endpoint;
import dev.postrider.client.internal.wire.JsonBodies;
import dev.postrider.protocol.ProblemCode;
import io.smallrye.mutiny.helpers.Subscriptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * One subscriber that follows a topic, over as many connections as it takes, one at a time. It is connected and read
 * from only when the subscriber has taken all that came and wants more. {@link #request} and {@link #cancel} are safe
 * for any thread, all else is for the event loop.
 */
final class TopicFollowing implements Flow.Subscription, EventStreamLink.Listener {
    private static final System.Logger LOG = System.getLogger("dev.postrider.client");
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int REQUEST_TIMEOUT = 408;
    private static final int TOO_MANY_REQUESTS = 429;

    private final TopicStreams streams;
    private final String path;
    private final Flow.Subscriber<? super TopicEvent> subscriber;
    private final Reconnection reconnection;
    /** Null once it was told. */
    private Consumer<String> onStart;

    private final AtomicLong asked = new AtomicLong();
    private final ArrayDeque<TopicEvent> buffer = new ArrayDeque<>();
    private long demand;
    private String position;
    private long retryMillis;
    private Endpoint broker;
    private EventStreamLink link;
    private long connectedAt;
    private boolean resting;
    private boolean handingOut;
    private Throwable failure;
    private boolean done;

    TopicFollowing(
            TopicStreams streams, String topic, FollowOptions options, Flow.Subscriber<? super TopicEvent> subscriber) {
        this.streams = streams;
        this.path = path(topic, options);
        this.position = options.position();
        this.onStart = options.onStart();
        this.subscriber = subscriber;
        this.reconnection = streams.reconnection();
    }

    private static String path(String topic, FollowOptions options) {
        StringBuilder path = new StringBuilder("/v1/topics/").append(topic).append("/stream");
        char separator = '?';
        if (options.filter() != null) {
            path.append(separator).append("filter=").append(escaped(options.filter()));
            separator = '&';
        }
        if (options.from() != null) {
            path.append(separator).append("from=").append(escaped(options.from().toString()));
        }
        return path.toString();
    }

    private static String escaped(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    /** Begins; asked for nothing so far, it opens nothing. */
    void start() {
        subscriber.onSubscribe(this);
    }

    @Override
    public void request(long n) {
        if (n <= 0) {
            IllegalArgumentException refusal = Subscriptions.getInvalidRequestException();
            streams.loop().execute(() -> fail(refusal));
        } else if (Subscriptions.add(asked, n) == 0) {
            streams.loop().execute(this::takeRequests);
        }
    }

    private void takeRequests() {
        demand = Subscriptions.add(demand, asked.getAndSet(0));
        handOut();
    }

    @Override
    public void cancel() {
        streams.loop().execute(this::leave);
    }

    /** The client stops. */
    void complete() {
        if (leave()) {
            subscriber.onComplete();
        }
    }

    void fail(Throwable reason) {
        if (leave()) {
            subscriber.onError(reason);
        }
    }

    private boolean leave() {
        if (done) {
            return false;
        }
        done = true;
        buffer.clear();
        if (link != null) {
            link.close();
        }
        streams.remove(this);
        return true;
    }

    @Override
    public void onEvent(ServerSentEvent event) {
        try {
            switch (event.type()) {
                case "message" ->
                    buffer.add(new TopicEvent.Message(
                            streams.received(JsonBodies.message(event.data())), event.lastEventId()));
                case "gap" -> buffer.add(gap(event));
                default -> LOG.log(System.Logger.Level.DEBUG, "An event of type {0} is passed over", event.type());
            }
        } catch (UncheckedIOException | DateTimeException e) {
            // It would be the same when asked for again.
            link.close();
            link = null;
            failure = PostriderException.of(ProblemCode.INTERNAL_ERROR, "An event cannot be read: " + e.getMessage());
            handOut();
        }
    }

    private static TopicEvent gap(ServerSentEvent event) {
        try {
            JsonNode data = MAPPER.readTree(event.data());
            return new TopicEvent.Gap(
                    Instant.parse(data.path("from").asText()),
                    Instant.parse(data.path("to").asText()),
                    event.lastEventId());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void onRead() {
        if (onStart != null && link.lastEventId() != null) {
            Consumer<String> starting = onStart;
            onStart = null;
            try {
                starting.accept(link.lastEventId());
            } catch (RuntimeException e) {
                fail(e);
                return;
            }
        }
        handOut();
    }

    @Override
    public void onEnd(PostriderException reason) {
        position = link.lastEventId();
        retryMillis = Math.max(retryMillis, link.retryMillis());
        link = null;
        if (isFinal(reason)) {
            failure = reason;
            handOut();
            return;
        }
        reconnection.lost(now() - connectedAt);
        long asksFor = reason.retryAfter().map(after -> after.toMillis()).orElse(0L);
        long wait = reconnection.failed(broker, Math.max(retryMillis, asksFor));
        LOG.log(System.Logger.Level.DEBUG, "{0} is not followed: {1}; next try in {2} ms", path, reason, wait);
        resting = true;
        streams.loop().timer(wait, () -> {
            resting = false;
            readOn();
        });
    }

    /** Refusals that say "later" are tried again. */
    private static boolean isFinal(PostriderException problem) {
        int status = problem.status();
        return status < 500 && status != TOO_MANY_REQUESTS && status != REQUEST_TIMEOUT;
    }

    /** Gives the subscriber what is there and wanted; what ends the stream comes behind all that was there. */
    private void handOut() {
        // The subscriber may request more while it is handed one, which comes back to here.
        if (handingOut) {
            return;
        }
        handingOut = true;
        try {
            while (!done && demand > 0 && !buffer.isEmpty()) {
                demand = demand == Long.MAX_VALUE ? demand : demand - 1;
                subscriber.onNext(buffer.remove());
            }
        } finally {
            handingOut = false;
        }
        if (failure != null && buffer.isEmpty()) {
            fail(failure);
        }
        readOn();
    }

    private void readOn() {
        if (done || demand == 0 || !buffer.isEmpty()) {
            return;
        }
        if (link != null) {
            link.read();
        } else if (!resting) {
            connect();
        }
    }

    private void connect() {
        connectedAt = now();
        broker = streams.brokers().current();
        link = streams.link(position, this);
        link.open(streams.http(), broker, path);
    }

    private static long now() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }
}
