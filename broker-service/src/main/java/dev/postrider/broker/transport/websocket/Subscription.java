package dev.postrider.broker.transport.websocket;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.dispatch.Consumers;
import dev.postrider.broker.dispatch.Delivered;
import java.util.List;
import java.util.function.BiConsumer;

/** One subscription of a socket, from the frame that asked for it. Belongs to the socket's event loop. */
final class Subscription implements Consumers.Sink {
    private final String id;
    private final Outflow outflow;
    private final BiConsumer<Subscription, BrokerException> onClosed;
    private Consumers.Consumer consumer;
    private long creditUntilJoined;
    private boolean announced;
    private boolean over;

    /** {@code onClosed} hears that the broker has ended it. */
    Subscription(String id, Outflow outflow, BiConsumer<Subscription, BrokerException> onClosed) {
        this.id = id;
        this.outflow = outflow;
        this.onClosed = onClosed;
    }

    String id() {
        return id;
    }

    void joined(Consumers.Consumer joined) {
        if (over) {
            joined.leave();
            return;
        }
        consumer = joined;
        announce();
        if (!outflow.isOpen()) {
            joined.writable(false);
        }
        if (creditUntilJoined > 0) {
            joined.credit((int) Math.min(creditUntilJoined, FrameParser.CREDIT_MAX));
        }
    }

    void credit(int more) {
        if (consumer == null) {
            creditUntilJoined += more;
        } else {
            consumer.credit(more);
        }
    }

    void writable(boolean writable) {
        if (consumer != null) {
            consumer.writable(writable);
        }
    }

    /** Ends it for the client: what it holds unsettled goes back. */
    void leave() {
        over = true;
        outflow.forget(this);
        if (consumer != null) {
            consumer.leave();
        }
    }

    @Override
    public void deliver(List<Delivered> messages) {
        if (!over) {
            announce();
            outflow.deliver(this, messages);
        }
    }

    @Override
    public void closed(BrokerException reason) {
        if (!over) {
            over = true;
            outflow.forget(this);
            onClosed.accept(this, reason);
        }
    }

    /** The client hears of the subscription before it gets a message of it. */
    private void announce() {
        if (!announced) {
            announced = true;
            outflow.reply(ServerFrames.subscribed(id));
        }
    }
}
