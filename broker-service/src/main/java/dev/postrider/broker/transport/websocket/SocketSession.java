package dev.postrider.broker.transport.websocket;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.dispatch.Consumers;
import dev.postrider.broker.dispatch.Settler.Settled;
import dev.postrider.broker.transport.Problem;
import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.ProtocolException;
import io.vertx.core.Future;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * One socket: what the sub-protocols have in common, which is all but the form of their frames. Belongs to the
 * socket's event loop, which runs all of it.
 *
 * @param <I> what frames and subscriptions are called by; null stands for none
 */
abstract class SocketSession<I> implements Outflow.Listener {
    static final int SUBSCRIPTIONS_MAX = 1_000;
    static final int MALFORMED_MAX = 3;

    /** What a client must have sent of a message that it has begun, from one ping to the next. */
    private static final long PROGRESS_BYTES = 16 * 1024;

    private static final long PROGRESS_BYTES_WHEN_TIGHT = 512 * 1024;
    private static final int DEAF_CHECKS_MAX = 3;

    private static final Logger LOG = Logger.getLogger(SocketSession.class);

    private final Broker broker;
    private final SocketEnd end;
    private final Outflow<I> outflow;
    private final Inflow inflow;
    private final MessageAssembler assembler;
    private final Map<I, Subscription<I>> subscriptions = new LinkedHashMap<>();
    private int malformed;
    private long partialAtCheck;
    private long begunAtCheck;
    private int deafChecks;
    /** A message is complete and not taken to its end. */
    private boolean taking;

    private boolean stops;

    SocketSession(Broker broker, ServerWebSocket socket, SocketEnd end, Outflow<I> outflow, boolean binary) {
        this.broker = broker;
        this.end = end;
        this.outflow = outflow;
        int messageBytesMax = SocketServerOptions.messageBytesMax(broker.limits());
        this.inflow = new Inflow(
                broker.vertx(),
                socket,
                broker.budget(),
                messageBytesMax,
                () -> end.close(SocketEnd.TRY_AGAIN_LATER, "The broker has no room for so long a message now"),
                this::opened);
        this.assembler = new MessageAssembler(messageBytesMax, binary);
        outflow.tell(this);
    }

    /**
     * Takes a whole message of the kind that the sub-protocol has. What is not {@linkplain #isOpen open} to it waits
     * until {@link #opened}; no other message comes before that.
     */
    abstract void acceptMessage(byte[] message);

    /** What is said of a message of the other kind. */
    abstract String wrongKind();

    /** Takes a frame of the client, of any kind. */
    void accept(WebSocketFrame frame) {
        if (end.isOver()) {
            return;
        }
        switch (frame.type()) {
            case TEXT, BINARY, CONTINUATION -> acceptData(frame);
            case PING -> outflow.countReply();
            default -> {}
        }
    }

    /** True if the client cannot be heard because the broker does not read. */
    boolean isHeldUp() {
        return inflow.isHeldUp();
    }

    /** Looks, once per ping, for what only takes place: the beginning of a message, or answers that nobody reads. */
    void checkProgress() {
        long partial = assembler.partialLength();
        long expected = inflow.isTight() ? PROGRESS_BYTES_WHEN_TIGHT : PROGRESS_BYTES;
        boolean sameMessage = partial > 0 && partialAtCheck > 0 && assembler.begun() == begunAtCheck;
        if (sameMessage && partial - partialAtCheck < expected) {
            end.close(SocketEnd.POLICY, "The rest of a message took too long");
        }
        partialAtCheck = partial;
        begunAtCheck = assembler.begun();
        deafChecks = outflow.hasTakenNothing() ? deafChecks + 1 : 0;
        if (deafChecks >= DEAF_CHECKS_MAX) {
            end.close(SocketEnd.KEEP_ALIVE_TIMEOUT, "Nothing was read for too long");
        }
    }

    /** The socket is closed or about to be: gives everything back. */
    void leave() {
        assembler.drop();
        inflow.finish();
        for (Subscription<I> subscription : new ArrayList<>(subscriptions.values())) {
            subscription.leave();
        }
        subscriptions.clear();
        outflow.flush();
    }

    /** The broker stops: closes the socket as soon as what is under way has its answer. */
    void stop() {
        stops = true;
        closeIfStopped();
    }

    @Override
    public void outflowIs(boolean open) {
        subscriptions.values().forEach(subscription -> subscription.writable(open));
    }

    @Override
    public void repliesPile(boolean up) {
        inflow.repliesPile(up);
    }

    private void acceptData(WebSocketFrame frame) {
        switch (assembler.add(frame)) {
            case COMPLETE -> {
                taking = true;
                acceptMessage(assembler.take());
                messageTaken();
            }
            case WRONG_KIND -> {
                inflow.dropGathered();
                malformed(null, ProtocolException.invalid(wrongKind()));
            }
            case TOO_LONG -> end.close(SocketEnd.TOO_BIG, "The frame is over the limit");
            case NOT_UTF_8 -> end.close(SocketEnd.NOT_UTF_8, "The frame is not UTF-8");
            default -> inflow.gather(frame.binaryData().length());
        }
    }

    /** More is taken again than just now. */
    void opened() {
        messageTaken();
    }

    /** The room that the parts of the message took is free again, once nothing of it waits. */
    private void messageTaken() {
        if (taking && inflow.isOpen()) {
            taking = false;
            inflow.dropGathered();
        }
    }

    /** False: what is left of a message has to wait. */
    final boolean isOpen() {
        return inflow.isOpen();
    }

    final Broker broker() {
        return broker;
    }

    /** True if nothing more is taken but what settles. */
    final boolean stops() {
        return stops;
    }

    /** True once nothing at all is taken. */
    final boolean isOver() {
        return end.isOver();
    }

    final void malformed(I id, ProtocolException reason) {
        error(id, reason);
        malformed++;
        if (malformed >= MALFORMED_MAX) {
            end.close(SocketEnd.POLICY, "Too many malformed frames");
        }
    }

    final void subscribe(I id, String queue, int credit, long leaseMillis) {
        if (subscriptions.containsKey(id)) {
            error(id, ProtocolException.invalid("There is a subscription with this id on this socket"));
            return;
        }
        if (subscriptions.size() >= SUBSCRIPTIONS_MAX) {
            error(id, ProtocolException.invalid("A socket may have " + SUBSCRIPTIONS_MAX + " subscriptions"));
            return;
        }
        Subscription<I> subscription = new Subscription<>(id, outflow, this::closed);
        subscriptions.put(id, subscription);
        // All credit is given after joining: by then the consumer knows whether the socket can take messages.
        if (credit > 0) {
            subscription.credit(credit);
        }
        inflow.begin();
        broker.consumers()
                .join(queue, new Consumers.Options(leaseMillis, 0, false), subscription)
                .onComplete(joined -> {
                    if (joined.succeeded()) {
                        subscription.joined(joined.result());
                    } else if (subscriptions.remove(id, subscription)) {
                        error(id, joined.cause());
                    }
                    finished();
                });
    }

    final void credit(I id, int add) {
        Subscription<I> subscription = subscriptions.get(id);
        if (subscription == null) {
            error(id, noSubscription());
        } else {
            subscription.credit(add);
        }
    }

    final void unsubscribe(I id) {
        Subscription<I> subscription = subscriptions.remove(id);
        if (subscription == null) {
            error(id, noSubscription());
        } else {
            subscription.leave();
        }
    }

    /** Answers what became of receipts, if there is an id to answer to. */
    final void settle(I id, Future<Settled> outcome, Consumer<Settled> answer) {
        inflow.begin();
        outcome.onComplete(settled -> {
            if (settled.failed()) {
                error(id, settled.cause());
            } else if (id != null) {
                answer.accept(settled.result());
            }
            finished();
        });
    }

    /**
     * Stores once there is room, and answers if there is an id to answer to.
     *
     * @param bytes of the message that brought it
     */
    final <T> void publish(I id, int bytes, Supplier<Future<T>> store, Consumer<T> answer) {
        // The largest frame is a little longer than the largest batch, which the budget is sure to have room for.
        long taken = Math.min(bytes, broker.limits().batchBytes());
        inflow.admit(taken, () -> {
            Future<T> stored = store.get();
            inflow.begin();
            stored.onComplete(published -> {
                inflow.giveBack(taken);
                if (published.failed()) {
                    error(id, published.cause());
                } else if (id != null) {
                    answer.accept(published.result());
                }
                finished();
            });
        });
    }

    private void finished() {
        inflow.end();
        closeIfStopped();
    }

    private void closed(Subscription<I> subscription, BrokerException reason) {
        subscriptions.remove(subscription.id(), subscription);
        error(subscription.id(), reason);
        if (reason.code() == ProblemCode.UNAVAILABLE) {
            stop();
        }
    }

    private void closeIfStopped() {
        if (stops && subscriptions.isEmpty() && !inflow.isBusy()) {
            end.close(SocketEnd.GOING_AWAY, "The broker is stopping");
        }
    }

    final void error(I id, Throwable reason) {
        if (!end.isOver()) {
            LOG.debugf("Refusing a frame: %s", reason.getMessage());
            outflow.error(id, Problem.of(reason, SocketRoutes.PATH));
        }
    }

    private static ProtocolException noSubscription() {
        return new ProtocolException(
                ProblemCode.SUBSCRIPTION_NOT_FOUND, "There is no subscription with this id on this socket");
    }
}
