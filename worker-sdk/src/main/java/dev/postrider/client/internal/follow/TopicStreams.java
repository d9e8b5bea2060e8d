package dev.postrider.client.internal.follow;

import dev.postrider.client.FollowOptions;
import dev.postrider.client.PostriderException;
import dev.postrider.client.ReceivedMessage;
import dev.postrider.client.TopicEvent;
import dev.postrider.client.internal.session.EventLoop;
import dev.postrider.client.internal.session.LinkTiming;
import dev.postrider.client.internal.session.Reconnection;
import dev.postrider.client.internal.wire.BrokerChoice;
import dev.postrider.client.internal.wire.WireMessage;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.Subscriptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Flow;
import java.util.function.Function;

/** All topics that a client follows: the way in from other threads. Safe for any thread. */
public final class TopicStreams {
    /** A stream keeps its connection, so there may be many more of them than for calls. */
    private static final int CONNECTIONS_MAX = 10_000;
    /** Three comments of the broker, which writes one every 15 s. */
    private static final Duration SILENCE = Duration.ofSeconds(45);

    private final EventLoop loop;
    private final BrokerChoice brokers;
    private final LinkTiming timing;
    private final Function<WireMessage, ReceivedMessage> reader;
    private final HttpClient http;
    private final Duration silence;
    private final Set<TopicFollowing> followings = new LinkedHashSet<>();
    private boolean stopped;

    /** @param reader makes of a message what the application gets */
    public TopicStreams(
            Vertx vertx,
            EventLoop loop,
            BrokerChoice brokers,
            int connectMillis,
            LinkTiming timing,
            Function<WireMessage, ReceivedMessage> reader) {
        this(vertx, loop, brokers, connectMillis, timing, reader, SILENCE);
    }

    /** @param silence how long a stream that is read may bring nothing, not even a comment */
    TopicStreams(
            Vertx vertx,
            EventLoop loop,
            BrokerChoice brokers,
            int connectMillis,
            LinkTiming timing,
            Function<WireMessage, ReceivedMessage> reader,
            Duration silence) {
        this.loop = loop;
        this.brokers = brokers;
        this.timing = timing;
        this.reader = reader;
        this.silence = silence;
        this.http = vertx.createHttpClient(new HttpClientOptions()
                .setConnectTimeout(connectMillis)
                .setKeepAlive(false)
                .setMaxPoolSize(CONNECTIONS_MAX));
    }

    /** Follows a topic, whose name is known to be one, once somebody subscribes. */
    public Multi<TopicEvent> follow(String topic, FollowOptions options) {
        Flow.Publisher<TopicEvent> publisher = subscriber -> loop.execute(() -> start(topic, options, subscriber));
        return Multi.createFrom().safePublisher(publisher);
    }

    private void start(String topic, FollowOptions options, Flow.Subscriber<? super TopicEvent> subscriber) {
        if (stopped) {
            Subscriptions.fail(subscriber, PostriderException.unavailable("The client is closed", null));
            return;
        }
        TopicFollowing following = new TopicFollowing(this, topic, options, subscriber);
        followings.add(following);
        following.start();
    }

    /** Completes all that follow; later ones fail. */
    public Uni<Void> stop() {
        return Uni.createFrom()
                .emitter(waiting -> loop.execute(() -> {
                    stopped = true;
                    List.copyOf(followings).forEach(TopicFollowing::complete);
                    waiting.complete(null);
                }));
    }

    /** Closes what is left open. */
    public Future<Void> close() {
        return http.close();
    }

    EventLoop loop() {
        return loop;
    }

    BrokerChoice brokers() {
        return brokers;
    }

    HttpClient http() {
        return http;
    }

    Reconnection reconnection() {
        return new Reconnection(brokers, timing);
    }

    EventStreamLink link(String position, EventStreamLink.Listener listener) {
        return new EventStreamLink(loop, silence, position, listener);
    }

    ReceivedMessage received(WireMessage message) {
        return reader.apply(message);
    }

    void remove(TopicFollowing following) {
        followings.remove(following);
    }
}
