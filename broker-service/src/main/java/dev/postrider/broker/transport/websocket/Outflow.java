package dev.postrider.broker.transport.websocket;

import dev.postrider.broker.dispatch.HandedRun;
import dev.postrider.broker.transport.Problem;
import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * What goes out on a socket. Messages are encoded only when the socket can take them, so that a client which stops
 * reading costs the size of one write queue; replies do not wait, and are counted while the socket takes nothing.
 * Belongs to the socket's event loop.
 *
 * @param <I> what frames and subscriptions are called by; null stands for none
 */
abstract class Outflow<I> {
    static final int WRITE_QUEUE_BYTES = 256 * 1024;
    private static final int BYTES_PER_TURN = 64 * 1024;
    /** So many replies may pile up before the socket is not read any more. */
    private static final int PILED_REPLIES_MAX = 1_000;

    /** Hears when the state of the flow changes. */
    interface Listener {
        /** Says whether more messages can be taken. */
        void outflowIs(boolean open);

        /** Says whether replies pile up, because the client does not read them. */
        void repliesPile(boolean up);
    }

    /** Messages that wait until the socket takes them. */
    static final class Unsent<I> {
        private final Subscription<I> subscription;
        private final HandedRun run;
        private int sent;

        Unsent(Subscription<I> subscription, HandedRun run) {
            this.subscription = subscription;
            this.run = run;
        }

        I subscription() {
            return subscription.id();
        }

        HandedRun run() {
            return run;
        }

        /** How many of the run are sent. */
        int sent() {
            return sent;
        }

        int left() {
            return run.count() - sent;
        }

        void sent(int more) {
            sent += more;
        }
    }

    private final Vertx vertx;
    private final ServerWebSocket socket;
    private final Deque<Unsent<I>> unsent = new ArrayDeque<>();
    private Listener listener;
    private boolean open = true;
    private boolean continues;
    private boolean pumping;
    private int piledReplies;
    private long drains;
    private long drainsAtLook;

    Outflow(Vertx vertx, ServerWebSocket socket) {
        this.vertx = vertx;
        this.socket = socket;
        socket.setWriteQueueMaxSize(WRITE_QUEUE_BYTES);
        socket.drainHandler(drained -> drained());
    }

    /** True if messages can be taken. */
    boolean isOpen() {
        return open;
    }

    /** Who hears of it; to be said first. */
    void tell(Listener who) {
        listener = who;
    }

    void deliver(Subscription<I> subscription, List<HandedRun> runs) {
        for (HandedRun run : runs) {
            unsent.add(new Unsent<>(subscription, run));
        }
        pump();
    }

    /** Sends some of the messages, one at least, and says so to {@code next}; answers their size in bytes. */
    abstract int send(Unsent<I> next);

    abstract void subscribed(I id);

    /** {@code id} may be null. */
    abstract void error(I id, Problem problem);

    /** Sends what is held back until the end of the turn. */
    abstract void flush();

    final Vertx vertx() {
        return vertx;
    }

    final ServerWebSocket socket() {
        return socket;
    }

    /** Drops what is not sent yet of a subscription that has ended. */
    void forget(Subscription<I> subscription) {
        unsent.removeIf(waiting -> waiting.subscription == subscription);
    }

    /** Counts something that was sent in answer to the client, such as a pong. */
    void countReply() {
        if (isFull()) {
            piledReplies++;
            if (piledReplies == PILED_REPLIES_MAX) {
                listener.repliesPile(true);
            }
        }
        updateOpen();
    }

    /** True if there was something to read since this was asked before, and the client has read nothing. */
    boolean hasTakenNothing() {
        boolean nothing = isFull() && drains == drainsAtLook;
        drainsAtLook = drains;
        return nothing;
    }

    private void drained() {
        drains++;
        if (piledReplies >= PILED_REPLIES_MAX) {
            listener.repliesPile(false);
        }
        piledReplies = 0;
        pump();
    }

    private void pump() {
        // A socket that passes on at once what is written says that it has drained while it is being written.
        if (continues || pumping) {
            return;
        }
        pumping = true;
        try {
            sendTurn();
        } finally {
            pumping = false;
        }
        if (!unsent.isEmpty() && !isFull()) {
            continues = true;
            vertx.runOnContext(turn -> {
                continues = false;
                pump();
            });
        }
        updateOpen();
    }

    /** Sends a turn's worth: a client that reads fast must not keep the event loop from all others. */
    private void sendTurn() {
        int sent = 0;
        while (!unsent.isEmpty() && sent < BYTES_PER_TURN && !isFull()) {
            Unsent<I> next = unsent.element();
            sent += send(next);
            if (next.left() == 0) {
                unsent.remove();
            }
        }
    }

    private void updateOpen() {
        boolean takesMore = unsent.isEmpty() && !isFull();
        if (takesMore != open) {
            open = takesMore;
            listener.outflowIs(open);
        }
    }

    private boolean isFull() {
        return socket.isClosed() || socket.writeQueueFull();
    }
}
