package dev.postrider.client.internal.session;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.postrider.client.OutgoingMessage;
import dev.postrider.client.PostriderException;
import dev.postrider.client.ReceivedMessage;
import dev.postrider.client.SubscribeOptions;
import dev.postrider.client.internal.wire.Target;
import dev.postrider.client.internal.wire.Transport;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;

/** All that goes over the one socket: the way in from other threads. Safe for any thread. */
public final class SessionSocket {
    private static final int LOOK_MILLIS = 10;

    private final EventLoop loop;
    private final Session session;
    private final PublishPipeline publishes;
    private final SocketSettlements settlements;
    private final List<UniEmitter<? super Void>> waitingForEnd = new ArrayList<>();
    private boolean stopping;

    public SessionSocket(Session session, Transport transport, PublishLimits limits, ObjectMapper mapper) {
        this.loop = session.loop();
        this.session = session;
        this.publishes = new PublishPipeline(session, transport, limits);
        this.settlements = new SocketSettlements(session, transport.settleMax(), mapper);
    }

    public Uni<String> publish(Target target, OutgoingMessage message) {
        return publishes.publish(target, message);
    }

    public Uni<List<String>> publishAll(Target target, List<OutgoingMessage> messages) {
        return publishes.publishAll(target, messages);
    }

    public Multi<ReceivedMessage> subscribe(String queue, SubscribeOptions options) {
        Flow.Publisher<ReceivedMessage> publisher = subscriber -> {
            Subscription subscription = new Subscription(session, settlements, queue, options, subscriber);
            loop.execute(() -> start(subscription));
        };
        return Multi.createFrom().safePublisher(publisher);
    }

    private void start(Subscription subscription) {
        subscription.start();
        if (stopping) {
            subscription.fail(PostriderException.unavailable("The client is closed", null));
        }
    }

    /**
     * Stops in order: no new publishes, subscriptions complete, answers are awaited until {@code limit}, the rest
     * fails, the link closes.
     */
    public Uni<Void> stop(Duration limit) {
        return Uni.createFrom().emitter(waiting -> loop.execute(() -> stop(limit, waiting)));
    }

    private void stop(Duration limit, UniEmitter<? super Void> waiting) {
        if (session.isClosed()) {
            waiting.complete(null);
            return;
        }
        waitingForEnd.add(waiting);
        if (stopping) {
            return;
        }
        stopping = true;
        publishes.refuseMore();
        session.subscriptions().forEach(Subscription::complete);
        awaitAnswers(System.nanoTime() + limit.toNanos());
    }

    private void awaitAnswers(long deadlineNanos) {
        boolean quiet = publishes.isEmpty() && settlements.isEmpty() && session.isQuiet();
        if (!quiet && System.nanoTime() - deadlineNanos < 0) {
            loop.timer(LOOK_MILLIS, () -> awaitAnswers(deadlineNanos));
            return;
        }
        publishes.failWaiting();
        settlements.failWaiting();
        session.close(() -> waitingForEnd.forEach(waiting -> waiting.complete(null)));
    }
}
