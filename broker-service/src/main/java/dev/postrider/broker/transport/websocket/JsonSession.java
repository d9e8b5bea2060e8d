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
import org.jboss.logging.Logger;

/**
 * One socket that speaks {@code postrider.v1.json}. Belongs to the socket's event loop, which runs all of it.
 */
final class JsonSession implements Outflow.Listener {
    static final int SUBSCRIPTIONS_MAX = 1_000;
    static final int MALFORMED_MAX = 3;

    /** What a client must have sent of a message that it has begun, from one ping to the next. */
    private static final long PROGRESS_BYTES = 16 * 1024;

    private static final long PROGRESS_BYTES_WHEN_TIGHT = 512 * 1024;
    private static final int DEAF_CHECKS_MAX = 3;

    private static final Logger LOG = Logger.getLogger(JsonSession.class);
    private static final String NO_QUEUE = null;

    private final Broker broker;
    private final SocketEnd end;
    private final Outflow outflow;
    private final Inflow inflow;
    private final MessageAssembler assembler;
    private final Map<String, Subscription> subscriptions = new LinkedHashMap<>();
    private int malformed;
    private long partialAtCheck;
    private int deafChecks;
    private boolean stops;

    JsonSession(Broker broker, ServerWebSocket socket, SocketEnd end) {
        this.broker = broker;
        this.end = end;
        this.outflow = new Outflow(broker.vertx(), socket, this);
        this.inflow = new Inflow(
                broker.vertx(),
                socket,
                broker.budget(),
                () -> end.close(SocketEnd.TRY_AGAIN_LATER, "The broker has no room for so long a message now"));
        this.assembler = new MessageAssembler(SocketServerOptions.messageBytesMax(broker.limits()));
    }

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
        if (partial > 0 && partialAtCheck > 0 && partial >= partialAtCheck && partial - partialAtCheck < expected) {
            end.close(SocketEnd.POLICY, "The rest of a message took too long");
        }
        partialAtCheck = partial;
        deafChecks = outflow.hasTakenNothing() ? deafChecks + 1 : 0;
        if (deafChecks >= DEAF_CHECKS_MAX) {
            end.close(SocketEnd.KEEP_ALIVE_TIMEOUT, "Nothing was read for too long");
        }
    }

    /** The socket is closed or about to be: gives everything back. */
    void leave() {
        inflow.finish();
        for (Subscription subscription : new ArrayList<>(subscriptions.values())) {
            subscription.leave();
        }
        subscriptions.clear();
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
            case TEXT -> acceptText(assembler.takeText());
            case BINARY -> malformed(null, ProtocolException.invalid("This sub-protocol has text frames only"));
            case TOO_LONG -> end.close(SocketEnd.TOO_BIG, "The frame is over the limit");
            case NOT_UTF_8 -> end.close(SocketEnd.NOT_UTF_8, "The frame is not UTF-8");
            default -> inflow.gather(frame.binaryData().length());
        }
    }

    private void acceptText(byte[] document) {
        ClientFrame frame;
        try {
            frame = broker.parser().parse(document);
        } catch (ProtocolException e) {
            inflow.dropGathered();
            malformed(FrameParser.idOf(document), e);
            return;
        }
        if (frame.refused == null && frame.type == FrameType.PUBLISH && !stops) {
            publish(frame, document.length);
            return;
        }
        inflow.dropGathered();
        if (frame.refused != null) {
            error(frame.id, frame.refused);
        } else if (!stops || frame.type.settles()) {
            perform(frame);
        }
    }

    private void malformed(String id, ProtocolException reason) {
        error(id, reason);
        malformed++;
        if (malformed >= MALFORMED_MAX) {
            end.close(SocketEnd.POLICY, "Too many malformed frames");
        }
    }

    private void perform(ClientFrame frame) {
        switch (frame.type) {
            case SUBSCRIBE -> subscribe(frame);
            case CREDIT -> credit(frame);
            case UNSUBSCRIBE -> unsubscribe(frame);
            case ACK -> settle(frame, broker.settler().ack(NO_QUEUE, frame.receipts));
            case NACK ->
                settle(frame, broker.settler().nack(NO_QUEUE, frame.receipts, frame.delayMillis, frame.reason));
            case DEAD_LETTER -> settle(frame, broker.settler().deadLetter(NO_QUEUE, frame.receipts, frame.reason));
            case EXTEND -> settle(frame, broker.settler().extend(NO_QUEUE, frame.receipts, frame.leaseMillis));
            default -> throw new IllegalStateException("No such frame: " + frame.type);
        }
    }

    private void subscribe(ClientFrame frame) {
        if (subscriptions.containsKey(frame.id)) {
            error(frame.id, ProtocolException.invalid("There is a subscription with this id on this socket"));
            return;
        }
        if (subscriptions.size() >= SUBSCRIPTIONS_MAX) {
            error(frame.id, ProtocolException.invalid("A socket may have " + SUBSCRIPTIONS_MAX + " subscriptions"));
            return;
        }
        Subscription subscription = new Subscription(frame.id, outflow, this::closed);
        subscriptions.put(frame.id, subscription);
        // All credit is given after joining: by then the consumer knows whether the socket can take messages.
        if (frame.credit > 0) {
            subscription.credit(frame.credit);
        }
        inflow.begin();
        broker.consumers()
                .join(frame.queue, new Consumers.Options(frame.leaseMillis, 0, false), subscription)
                .onComplete(joined -> {
                    if (joined.succeeded()) {
                        subscription.joined(joined.result());
                    } else if (subscriptions.remove(frame.id, subscription)) {
                        error(frame.id, joined.cause());
                    }
                    finished();
                });
    }

    private void credit(ClientFrame frame) {
        Subscription subscription = subscriptions.get(frame.id);
        if (subscription == null) {
            error(frame.id, noSubscription());
        } else {
            subscription.credit(frame.add);
        }
    }

    private void unsubscribe(ClientFrame frame) {
        Subscription subscription = subscriptions.remove(frame.id);
        if (subscription == null) {
            error(frame.id, noSubscription());
        } else {
            subscription.leave();
        }
    }

    private void settle(ClientFrame frame, Future<Settled> outcome) {
        inflow.begin();
        outcome.onComplete(settled -> {
            if (settled.failed()) {
                error(frame.id, settled.cause());
            } else if (frame.id != null) {
                outflow.reply(ServerFrames.settled(frame.id, settled.result()));
            }
            finished();
        });
    }

    private void publish(ClientFrame frame, int bytes) {
        if (frame.topic != null) {
            inflow.dropGathered();
            error(frame.id, new ProtocolException(ProblemCode.NOT_IMPLEMENTED, "Topics cannot be published to yet"));
            return;
        }
        // The largest frame is a little longer than the largest batch, which the budget is sure to have room for.
        long taken = Math.min(bytes, broker.limits().batchBytes());
        inflow.admit(taken, () -> {
            inflow.dropGathered();
            inflow.begin();
            broker.publisher().publish(frame.queue, frame.messages).onComplete(published -> {
                inflow.giveBack(taken);
                if (published.failed()) {
                    error(frame.id, published.cause());
                } else if (frame.id != null) {
                    outflow.reply(ServerFrames.published(frame.id, published.result()));
                }
                finished();
            });
        });
    }

    private void finished() {
        inflow.end();
        closeIfStopped();
    }

    private void closed(Subscription subscription, BrokerException reason) {
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

    private void error(String id, Throwable reason) {
        if (!end.isOver()) {
            LOG.debugf("Refusing a frame: %s", reason.getMessage());
            outflow.reply(ServerFrames.error(id, Problem.of(reason, null)));
        }
    }

    private static ProtocolException noSubscription() {
        return new ProtocolException(
                ProblemCode.SUBSCRIPTION_NOT_FOUND, "There is no subscription with this id on this socket");
    }
}
