package dev.postrider.client.internal;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.postrider.client.DeadLetterPage;
import dev.postrider.client.FollowOptions;
import dev.postrider.client.MessagePage;
import dev.postrider.client.OutgoingMessage;
import dev.postrider.client.PostriderClient;
import dev.postrider.client.QueueInfo;
import dev.postrider.client.QueueOptions;
import dev.postrider.client.ReceivedMessage;
import dev.postrider.client.ScheduleInfo;
import dev.postrider.client.ScheduleOptions;
import dev.postrider.client.SchedulePage;
import dev.postrider.client.SubscribeOptions;
import dev.postrider.client.TopicEvent;
import dev.postrider.client.internal.follow.TopicStreams;
import dev.postrider.client.internal.session.Delivered;
import dev.postrider.client.internal.session.EventLoop;
import dev.postrider.client.internal.session.LinkTiming;
import dev.postrider.client.internal.session.PublishLimits;
import dev.postrider.client.internal.session.Session;
import dev.postrider.client.internal.session.SessionSocket;
import dev.postrider.client.internal.wire.BrokerChoice;
import dev.postrider.client.internal.wire.Endpoint;
import dev.postrider.client.internal.wire.Target;
import dev.postrider.client.internal.wire.Transport;
import dev.postrider.client.internal.wire.Wire;
import dev.postrider.protocol.Names;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** Puts the parts together: a session for publishing and subscriptions, HTTP calls for the rest. */
public final class SessionClient implements PostriderClient {
    private static final int CONNECT_MILLIS = 10_000;
    /** A host that is gone without a word must not keep the client from the others for long. */
    private static final int CONNECT_MILLIS_OF_SEVERAL = 2_000;

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);
    private static final Duration CLOSE_GRACE = Duration.ofSeconds(5);

    private final Vertx vertx;
    private final boolean ownsVertx;
    private final Future<String> deployed;
    private final AtomicBoolean releasing = new AtomicBoolean();
    private final CompletableFuture<Void> released = new CompletableFuture<>();
    private final HttpCalls http;
    private final Transport transport;
    private final SessionSocket socket;
    private final TopicStreams streams;
    private final Management management;
    private final ScheduleCalls schedules;

    private SessionClient(
            List<Endpoint> brokers,
            Vertx given,
            ObjectMapper mapper,
            PublishLimits limits,
            LinkTiming timing,
            Wire wire) {
        ownsVertx = given == null;
        vertx = ownsVertx ? Vertx.vertx() : given;
        EventLoop loop = new EventLoop();
        BrokerChoice choice = new BrokerChoice(brokers);
        int connectMillis = brokers.size() == 1 ? CONNECT_MILLIS : CONNECT_MILLIS_OF_SEVERAL;
        http = new HttpCalls(vertx, choice, connectMillis, loop);
        transport = wire.transport(vertx, connectMillis);
        management = new Management(http, new HttpSettlements(http, loop), mapper);
        schedules = new ScheduleCalls(http);
        socket = new SessionSocket(new Session(loop, choice, transport, timing), transport, limits, mapper);
        streams = new TopicStreams(
                vertx,
                loop,
                choice,
                connectMillis,
                timing,
                message -> new Delivered(message, mapper, HttpSettlements::notOurs));
        deployed = loop.deploy(vertx);
    }

    /** Makes a client; {@code vertx} may be null. */
    public static PostriderClient create(
            List<Endpoint> brokers,
            Vertx vertx,
            ObjectMapper mapper,
            PublishLimits limits,
            LinkTiming timing,
            Wire wire) {
        return new SessionClient(brokers, vertx, mapper, limits, timing, wire);
    }

    @Override
    public Uni<String> publish(String queue, OutgoingMessage message) {
        Names.check("queue", queue);
        Objects.requireNonNull(message, "message");
        return socket.publish(Target.queue(queue), message);
    }

    @Override
    public Uni<List<String>> publishAll(String queue, List<OutgoingMessage> messages) {
        Names.check("queue", queue);
        List<OutgoingMessage> all = List.copyOf(messages);
        return all.isEmpty() ? Uni.createFrom().item(List.of()) : socket.publishAll(Target.queue(queue), all);
    }

    @Override
    public Uni<String> publishToTopic(String topic, OutgoingMessage message) {
        Names.check("topic", topic);
        Objects.requireNonNull(message, "message");
        return socket.publish(Target.topic(topic), message);
    }

    @Override
    public Uni<List<String>> publishAllToTopic(String topic, List<OutgoingMessage> messages) {
        Names.check("topic", topic);
        List<OutgoingMessage> all = List.copyOf(messages);
        return all.isEmpty() ? Uni.createFrom().item(List.of()) : socket.publishAll(Target.topic(topic), all);
    }

    @Override
    public Multi<ReceivedMessage> subscribe(String queue, SubscribeOptions options) {
        Names.check("queue", queue);
        Objects.requireNonNull(options, "options");
        return socket.subscribe(queue, options);
    }

    @Override
    public Uni<List<ReceivedMessage>> receive(String queue, int max, Duration wait, Duration lease) {
        return management.receive(queue, max, wait, lease);
    }

    @Override
    public Uni<MessagePage> peek(String queue, String state, int limit, String after) {
        return management.peek(queue, state, limit, after);
    }

    @Override
    public Uni<ScheduleInfo> putSchedule(String name, ScheduleOptions options) {
        return schedules.put(name, options);
    }

    @Override
    public Uni<ScheduleInfo> schedule(String name) {
        return schedules.get(name);
    }

    @Override
    public Uni<SchedulePage> schedules(int limit, String after) {
        return schedules.list(limit, after);
    }

    @Override
    public Uni<Void> deleteSchedule(String name) {
        return schedules.delete(name);
    }

    @Override
    public Uni<QueueInfo> queue(String queue) {
        return management.queue(queue);
    }

    @Override
    public Uni<QueueInfo> putQueue(String queue, QueueOptions options) {
        return management.putQueue(queue, options);
    }

    @Override
    public Uni<Long> purge(String queue) {
        return management.purge(queue);
    }

    @Override
    public Uni<Void> pause(String queue) {
        return management.pause(queue);
    }

    @Override
    public Uni<Void> resume(String queue) {
        return management.resume(queue);
    }

    @Override
    public Uni<Void> deleteQueue(String queue) {
        return management.deleteQueue(queue);
    }

    @Override
    public Uni<Void> declareTopic(String topic) {
        return management.declareTopic(topic);
    }

    @Override
    public Uni<Void> declareTopic(String topic, Duration retention) {
        return management.declareTopic(topic, retention);
    }

    @Override
    public Uni<Long> seek(String queue, Instant from) {
        return management.seek(queue, from);
    }

    @Override
    public Uni<Void> subscribeQueue(String topic, String queue, String filter) {
        return management.subscribeQueue(topic, queue, filter);
    }

    @Override
    public Uni<Void> removeSubscription(String topic, String queue) {
        return management.removeSubscription(topic, queue);
    }

    @Override
    public Uni<Void> deleteTopic(String topic) {
        return management.deleteTopic(topic);
    }

    @Override
    public Multi<TopicEvent> followTopic(String topic, FollowOptions options) {
        Names.check("topic", topic);
        Objects.requireNonNull(options, "options");
        return streams.follow(topic, options);
    }

    @Override
    public Uni<DeadLetterPage> deadLetters(String queue, int limit, String after) {
        return management.deadLetters(queue, limit, after);
    }

    @Override
    public Uni<Long> redrive(String queue, List<String> ids) {
        return management.redrive(queue, ids);
    }

    @Override
    public Uni<Void> stop(Duration limit) {
        return streams.stop().chain(() -> socket.stop(limit)).chain(() -> Uni.createFrom()
                .completionStage(this::release));
    }

    /** Closes what lies under the session, once. */
    private CompletableFuture<Void> release() {
        if (releasing.compareAndSet(false, true)) {
            http.close()
                    .transform(ignored -> streams.close())
                    .transform(ignored -> transport.close())
                    .transform(ignored -> deployed.compose(vertx::undeploy))
                    .onComplete(ignored -> closeVertx());
        }
        return released;
    }

    /** Outside of any chain: the loop that a chain would go on with ends here. */
    private void closeVertx() {
        if (ownsVertx) {
            vertx.close().onComplete(ignored -> released.complete(null));
        } else {
            released.complete(null);
        }
    }

    @Override
    public void close() {
        Uni<Void> stopped = stop(CLOSE_LIMIT);
        if (Context.isOnEventLoopThread()) {
            stopped.subscribe().with(ignored -> {}, failure -> {});
        } else {
            stopped.await().atMost(CLOSE_LIMIT.plus(CLOSE_GRACE));
        }
    }
}
