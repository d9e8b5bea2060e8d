package dev.postrider.client.internal.session;

import dev.postrider.client.PostriderException;
import dev.postrider.client.internal.wire.BrokerChoice;
import dev.postrider.client.internal.wire.Endpoint;
import dev.postrider.client.internal.wire.Link;
import dev.postrider.client.internal.wire.LinkListener;
import dev.postrider.client.internal.wire.SettleFailures;
import dev.postrider.client.internal.wire.Transport;
import dev.postrider.client.internal.wire.WireMessage;
import dev.postrider.protocol.ProblemCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Keeps one link to one of the brokers open for as long as somebody needs it, and brings what comes over it to
 * those who wait: answers to their {@link Reply}, messages to their {@link Subscription}. On the event loop only.
 */
public final class Session {
    private static final System.Logger LOG = System.getLogger("dev.postrider.client");
    private static final int SWEEP_MILLIS = 250;
    private static final int HEARTBEAT_CHECKS = 5;
    private static final int GOING_AWAY = 1001;
    private static final int TOO_BIG = 1009;
    private static final int CLOSE_MILLIS = 1_000;

    /** Where the link stands. */
    private enum State {
        IDLE,
        CONNECTING,
        CONNECTED,
        WAITING,
        CLOSED
    }

    /** Lives with the session and hears of its links. */
    interface Participant {
        /** There is a link, or it takes more again. */
        void onLink();

        /** The broker does not let us in. */
        void onRefused(PostriderException problem);

        /** Drops what is too old; true if there is something left to look after. */
        boolean sweep(long nowNanos);
    }

    private final EventLoop loop;
    private final BrokerChoice brokers;
    private final Transport transport;
    private final LinkTiming timing;
    private final Reconnection reconnection;
    private final List<Participant> participants = new ArrayList<>();
    private final Map<Long, Subscription> subscriptions = new LinkedHashMap<>();
    private final LinkedHashMap<Long, Reply> replies = new LinkedHashMap<>();
    private volatile State state = State.IDLE;
    private Link link;
    private Endpoint linked;
    private Heartbeat heartbeat;
    private long connectedAt;
    private long lastId;
    private boolean wanted;
    private boolean sweeping;
    private Runnable onClosed = () -> {};

    public Session(EventLoop loop, BrokerChoice brokers, Transport transport, LinkTiming timing) {
        this.loop = loop;
        this.brokers = brokers;
        this.transport = transport;
        this.timing = timing;
        this.reconnection = new Reconnection(brokers, timing);
    }

    EventLoop loop() {
        return loop;
    }

    void join(Participant participant) {
        participants.add(participant);
    }

    /** The open link, or null. */
    Link link() {
        return link;
    }

    long nextId() {
        return ++lastId;
    }

    /** Somebody has something to send: sees to it that there will be a link. */
    void need() {
        wanted = true;
        if (state == State.IDLE) {
            state = State.CONNECTING;
            loop.later(this::connect);
        }
    }

    void expect(long id, Reply reply) {
        replies.put(id, reply);
        watch();
    }

    /** Starts looking after deadlines. */
    void watch() {
        if (!sweeping) {
            sweeping = true;
            loop.timer(SWEEP_MILLIS, this::sweep);
        }
    }

    void add(Subscription subscription) {
        subscriptions.put(subscription.id(), subscription);
    }

    void remove(Subscription subscription) {
        subscriptions.remove(subscription.id());
    }

    /** A copy: telling them something may change the set. */
    List<Subscription> subscriptions() {
        return new ArrayList<>(subscriptions.values());
    }

    /** Safe for any thread. */
    boolean isClosed() {
        return state == State.CLOSED;
    }

    /** True if no answer is awaited. */
    boolean isQuiet() {
        return replies.isEmpty();
    }

    /** Ends the session; what still waits for an answer fails. {@code then} runs once the link is closed. */
    void close(Runnable then) {
        onClosed = then;
        State before = state;
        state = State.CLOSED;
        noAnswers(PostriderException.unavailable("The client was closed", null).withOutcomeUnknown());
        if (before == State.CONNECTED) {
            Link closing = link;
            closing.close();
            loop.timer(CLOSE_MILLIS, closing::abort);
        } else {
            then.run();
        }
    }

    private void connect() {
        if (state != State.CONNECTING) {
            return;
        }
        wanted = false;
        Listener listener = new Listener();
        linked = brokers.current();
        transport.connect(linked, listener).onComplete(outcome -> {
            if (outcome.succeeded()) {
                connected(listener, outcome.result());
            } else {
                notConnected(outcome.cause());
            }
        });
    }

    private void connected(Listener listener, Link opened) {
        if (state == State.CLOSED) {
            opened.close();
            return;
        }
        state = State.CONNECTED;
        link = opened;
        listener.own = opened;
        connectedAt = now();
        heartbeat = new Heartbeat(timing.heartbeat().toMillis(), connectedAt);
        checkHeartbeat(opened);
        tellLink();
    }

    private void tellLink() {
        participants.forEach(Participant::onLink);
        subscriptions().forEach(Subscription::onLink);
    }

    private void notConnected(Throwable cause) {
        if (state == State.CLOSED) {
            return;
        }
        if (cause instanceof PostriderException problem && isFinal(problem)) {
            participants.forEach(participant -> participant.onRefused(problem));
            subscriptions().forEach(subscription -> subscription.fail(problem));
        }
        wanted |= hasWork();
        retryLater("The broker cannot be reached: " + cause.getMessage());
    }

    private boolean hasWork() {
        long now = System.nanoTime();
        boolean work = !subscriptions.isEmpty();
        for (Participant participant : participants) {
            work |= participant.sweep(now);
        }
        return work;
    }

    private static boolean isFinal(PostriderException problem) {
        return problem.is(ProblemCode.UNAUTHORIZED) || problem.is(ProblemCode.FORBIDDEN);
    }

    /** Tries the next broker: at once, unless all of them have failed in turn. */
    private void retryLater(String why) {
        state = State.WAITING;
        long wait = reconnection.failed(linked, 0);
        LOG.log(System.Logger.Level.DEBUG, "{0}; next try in {1} ms", why, wait);
        loop.timer(wait, () -> {
            if (state == State.WAITING) {
                state = State.IDLE;
                if (wanted) {
                    need();
                }
            }
        });
    }

    private void checkHeartbeat(Link checked) {
        if (link != checked) {
            return;
        }
        switch (heartbeat.check(now())) {
            case PING -> checked.ping();
            case GIVE_UP -> {
                checked.abort();
                return;
            }
            case NOTHING -> {}
        }
        loop.timer(timing.heartbeat().toMillis() / HEARTBEAT_CHECKS, () -> checkHeartbeat(checked));
    }

    private void lost(int status, String reason) {
        link = null;
        boolean closed = state == State.CLOSED;
        if (!closed) {
            LOG.log(System.Logger.Level.INFO, "The connection to the broker is lost ({0} {1})", status, reason);
            reconnection.lost(now() - connectedAt);
            state = State.WAITING;
        }
        String why = "The connection was lost (" + status + (reason == null ? ")" : " " + reason + ")");
        noAnswers(failureOf(status, why));
        subscriptions().forEach(Subscription::onLost);
        if (closed) {
            onClosed.run();
        } else {
            wanted |= hasWork();
            retryLater("The connection was lost");
        }
    }

    /** A broker that stops has answered all that it has done, so nothing of what is unanswered was done. */
    private static PostriderException failureOf(int status, String why) {
        return switch (status) {
            case GOING_AWAY -> PostriderException.unavailable(why, null);
            case TOO_BIG ->
                PostriderException.of(ProblemCode.MESSAGE_TOO_LARGE, why).withOutcomeUnknown();
            default -> PostriderException.unavailable(why, null).withOutcomeUnknown();
        };
    }

    /** The last first: what goes back to the head of a line then stands in its old order. */
    private void noAnswers(PostriderException problem) {
        List<Reply> unanswered = new ArrayList<>(replies.values());
        replies.clear();
        for (int i = unanswered.size() - 1; i >= 0; i--) {
            unanswered.get(i).onNoAnswer(problem);
        }
    }

    private void sweep() {
        long now = System.nanoTime();
        List<Reply> late = new ArrayList<>();
        replies.values().removeIf(reply -> now - reply.deadlineNanos > 0 && late.add(reply));
        PostriderException problem = PostriderException.unavailable("The broker did not answer in time", null)
                .withOutcomeUnknown();
        late.forEach(reply -> reply.onNoAnswer(problem));
        boolean work = !replies.isEmpty();
        for (Participant participant : participants) {
            work |= participant.sweep(now);
        }
        sweeping = false;
        if (work) {
            watch();
        }
    }

    private static long now() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    /** Hears one link; deaf once that is no longer the session's. */
    private final class Listener implements LinkListener {
        private Link own;

        private boolean isCurrent() {
            return own != null && own == link;
        }

        @Override
        public void onPublished(long id, List<String> ids) {
            Reply reply = isCurrent() ? replies.remove(id) : null;
            if (reply != null) {
                reply.onPublished(ids);
            }
        }

        @Override
        public void onMessages(long subscription, List<WireMessage> messages) {
            Subscription taker = isCurrent() ? subscriptions.get(subscription) : null;
            if (taker != null) {
                taker.onMessages(messages);
            }
        }

        @Override
        public void onSettled(long id, SettleFailures failed) {
            Reply reply = isCurrent() ? replies.remove(id) : null;
            if (reply != null) {
                reply.onSettled(failed);
            }
        }

        @Override
        public void onRefused(long id, PostriderException problem) {
            Reply reply = isCurrent() ? replies.remove(id) : null;
            Subscription subscription = isCurrent() ? subscriptions.get(id) : null;
            if (reply != null) {
                reply.onRefused(problem);
            } else if (subscription != null) {
                subscription.onRefused(problem);
            } else {
                LOG.log(System.Logger.Level.WARNING, "The broker says: {0}", problem.getMessage());
            }
        }

        @Override
        public void onSignOfLife() {
            if (isCurrent()) {
                heartbeat.sign(now());
            }
        }

        @Override
        public void onWritable() {
            if (isCurrent()) {
                participants.forEach(Participant::onLink);
            }
        }

        @Override
        public void onClosed(int status, String reason) {
            if (isCurrent()) {
                lost(status, reason);
            }
        }
    }
}
