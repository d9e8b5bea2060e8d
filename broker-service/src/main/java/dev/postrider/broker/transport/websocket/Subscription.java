package dev.postrider.broker.transport.websocket;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.dispatch.Consumers;
import dev.postrider.broker.dispatch.Delivered;
import dev.postrider.broker.dispatch.HandedRun;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * One subscription of a socket, from the frame that asked for it. Belongs to the socket's event loop.
 *
 * @param <I> what it is called by
 */
final class Subscription<I> implements Consumers.Sink {
    private final I id;
    private final Outflow<I> outflow;
    private final BiConsumer<Subscription<I>, BrokerException> onClosed;
    private Consumers.Consumer consumer;
    private long creditUntilJoined;
    private boolean announced;
    private boolean over;

    /** {@code onClosed} hears that the broker has ended it. */
    Subscription(I id, Outflow<I> outflow, BiConsumer<Subscription<I>, BrokerException> onClosed) {
        this.id = id;
        this.outflow = outflow;
        this.onClosed = onClosed;
    }

    I id() {
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
        throw new IllegalStateException("Sockets take runs");
    }

    @Override
    public void deliverRuns(List<HandedRun> runs) {
        if (!over) {
            announce();
            outflow.deliver(this, runs);
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
            outflow.subscribed(id);
        }
    }
}
