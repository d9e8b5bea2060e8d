package dev.postrider.client.internal.session;

import dev.postrider.client.OutgoingMessage;
import dev.postrider.client.PostriderException;
import dev.postrider.client.internal.wire.Link;
import dev.postrider.client.internal.wire.Target;
import dev.postrider.client.internal.wire.Transport;
import dev.postrider.protocol.ProblemCode;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Publishes. Messages are written on the caller's thread and counted against the backlog there; the event loop
 * gathers them by queue, sends them as far as the window reaches, and repeats what may be repeated.
 */
public final class PublishPipeline implements Session.Participant {
    /** No broker is set up to take so little that a frame with one message of this size ends the link. */
    private static final long TAKEN_BYTES = 1 << 20;

    private final Session session;
    private final Transport transport;
    private final PublishLimits limits;
    private final PublishBudget backlog;
    private final PublishBudget window;
    private final Coalesced flush;
    private final PublishLanes lanes = new PublishLanes();
    private final String keyPrefix = UUID.randomUUID() + "-";
    private final AtomicLong lastKey = new AtomicLong();
    private volatile boolean stopped;

    public PublishPipeline(Session session, Transport transport, PublishLimits limits) {
        this.session = session;
        this.transport = transport;
        this.limits = limits;
        this.backlog = new PublishBudget(limits.backlogMessages(), limits.backlogBytes());
        this.window = new PublishBudget(limits.windowMessages(), limits.windowBytes());
        this.flush = new Coalesced(session.loop(), this::flush);
        session.join(this);
    }

    /** Safe for any thread. */
    public Uni<String> publish(Target target, OutgoingMessage message) {
        return Uni.createFrom()
                .emitter(waiting -> submit(PendingPublish.one(
                        target,
                        transport.encode(message, keyFor(message)),
                        isRepeatable(message),
                        deadline(),
                        waiting)));
    }

    /** Safe for any thread. */
    public Uni<List<String>> publishAll(Target target, List<OutgoingMessage> messages) {
        return Uni.createFrom().emitter(waiting -> {
            List<byte[]> encoded = new ArrayList<>(messages.size());
            boolean repeatable = true;
            for (OutgoingMessage message : messages) {
                encoded.add(transport.encode(message, keyFor(message)));
                repeatable &= isRepeatable(message);
            }
            submit(PendingPublish.all(target, encoded, repeatable, deadline(), waiting));
        });
    }

    private String keyFor(OutgoingMessage message) {
        boolean generate = limits.idempotentRetries() && !message.isRepeatable();
        return generate ? keyPrefix + lastKey.incrementAndGet() : null;
    }

    private boolean isRepeatable(OutgoingMessage message) {
        return limits.idempotentRetries() || message.isRepeatable();
    }

    private long deadline() {
        return System.nanoTime() + limits.deadline().toNanos();
    }

    private void submit(PendingPublish publish) {
        if (stopped) {
            publish.fail(PostriderException.unavailable("The client is closed", null));
            return;
        }
        if (!backlog.take(publish.count(), publish.bytes)) {
            publish.fail(PostriderException.of(
                    ProblemCode.OVERLOADED, "More messages wait in this client than its backlog allows"));
            return;
        }
        session.loop().execute(() -> accept(publish));
    }

    private void accept(PendingPublish publish) {
        if (stopped) {
            fail(publish, PostriderException.unavailable("The client is closed", null));
            return;
        }
        PublishLane lane = lanes.of(publish.target);
        lane.add(publish);
        session.watch();
        mayGoOn(lane);
    }

    private void mayGoOn(PublishLane lane) {
        lanes.lineUp(lane);
        flush.schedule();
    }

    @Override
    public void onLink() {
        flush.schedule();
    }

    @Override
    public void onRefused(PostriderException problem) {
        lanes.clear().forEach(publish -> fail(publish, problem));
    }

    @Override
    public boolean sweep(long nowNanos) {
        Map<PendingPublish, PostriderException> late = new LinkedHashMap<>();
        for (PublishLane lane : lanes.all()) {
            lane.expire(nowNanos, publish -> late.put(publish, tooLate(lane)));
        }
        lanes.forgetIdle();
        // Only now: who hears of it may publish again, which changes the lanes.
        late.forEach(this::fail);
        return lanes.haveWaiting();
    }

    private static PostriderException tooLate(PublishLane lane) {
        PostriderException refusal = lane.lastRefusal();
        return refusal != null
                ? refusal
                : PostriderException.unavailable("The message could not be sent before its deadline", null);
    }

    /** Takes no more. */
    void refuseMore() {
        stopped = true;
    }

    boolean isEmpty() {
        return lanes.areIdle();
    }

    /** Fails what waits. What is on its way hears from the session. */
    void failWaiting() {
        onRefused(PostriderException.unavailable("The client is closed", null));
    }

    private void flush() {
        Link link = session.link();
        if (link == null) {
            if (lanes.haveWaiting()) {
                session.need();
            }
            return;
        }
        while (link.isWritable()) {
            PublishLanes.Turn turn = lanes.next(window);
            if (turn == null) {
                return;
            }
            send(link, turn.lane(), turn.batch());
        }
    }

    private void send(Link link, PublishLane lane, PublishBatch batch) {
        long id = session.nextId();
        session.expect(id, new Answer(lane, batch));
        link.publish(id, lane.target, batch.messages());
    }

    private void fail(PendingPublish publish, Throwable failure) {
        backlog.give(publish.count(), publish.bytes);
        publish.fail(failure);
    }

    private void failAll(PublishBatch batch, Throwable failure) {
        batch.publishes.forEach(publish -> fail(publish, failure));
    }

    /** What to do with a batch that was not stored, or of which nobody knows. */
    private void retry(PublishLane lane, PublishBatch batch, PostriderException problem) {
        long now = System.nanoTime();
        List<PendingPublish> again = new ArrayList<>(batch.publishes.size());
        for (PendingPublish publish : batch.publishes) {
            if (problem.isOutcomeUnknown() && !publish.repeatable || now - publish.deadlineNanos >= 0 || stopped) {
                fail(publish, problem);
            } else {
                again.add(publish);
            }
        }
        lane.putBack(again);
    }

    /** One of several publishes is at fault: they travel in halves from now on, until the guilty one is alone. */
    private void split(PublishLane lane, PublishBatch batch) {
        int half = (batch.publishes.size() + 1) / 2;
        batch.publishes.forEach(publish -> publish.companyMax = half);
        lane.putBack(batch.publishes);
    }

    private static boolean isFaultOfOne(PostriderException problem) {
        return problem.is(ProblemCode.INVALID_REQUEST)
                || problem.is(ProblemCode.MESSAGE_TOO_LARGE)
                || problem.is(ProblemCode.NOT_IMPLEMENTED);
    }

    /** Waits for the broker's answer to one batch. */
    private final class Answer extends Reply {
        private final PublishLane lane;
        private final PublishBatch batch;

        Answer(PublishLane lane, PublishBatch batch) {
            super(batch.deadlineNanos());
            this.lane = lane;
            this.batch = batch;
        }

        @Override
        void onPublished(List<String> ids) {
            window.give(batch.count, batch.bytes);
            lane.stored();
            backlog.give(batch.count, batch.bytes);
            if (ids.size() == batch.count) {
                batch.complete(ids);
            } else {
                PostriderException odd = PostriderException.of(
                        ProblemCode.INTERNAL_ERROR, "The broker answered " + ids.size() + " ids for " + batch.count);
                batch.publishes.forEach(publish -> publish.fail(odd.withOutcomeUnknown()));
            }
            mayGoOn(lane);
        }

        @Override
        void onRefused(PostriderException problem) {
            window.give(batch.count, batch.bytes);
            lane.ended();
            if (problem.status() == 429 || problem.status() == 503) {
                // The broker says "unavailable" also when a commit broke off and may have happened.
                boolean unknown = problem.is(ProblemCode.UNAVAILABLE);
                retry(lane, batch, unknown ? problem.withOutcomeUnknown() : problem);
                session.loop().timer(lane.rest(batch, problem), () -> {
                    lane.rested();
                    mayGoOn(lane);
                });
            } else if (batch.publishes.size() > 1 && isFaultOfOne(problem)) {
                split(lane, batch);
            } else {
                failAll(batch, problem);
            }
            session.watch();
            mayGoOn(lane);
        }

        @Override
        void onNoAnswer(PostriderException why) {
            window.give(batch.count, batch.bytes);
            lane.ended();
            if (!why.is(ProblemCode.MESSAGE_TOO_LARGE)) {
                retry(lane, batch, why);
            } else if (batch.bytes > TAKEN_BYTES) {
                // The broker ended the link for the size of a frame: once more would only end the next one.
                failAll(batch, why);
            } else {
                retry(
                        lane,
                        batch,
                        PostriderException.unavailable(why.detail(), why).withOutcomeUnknown());
            }
            session.watch();
            mayGoOn(lane);
        }
    }
}
