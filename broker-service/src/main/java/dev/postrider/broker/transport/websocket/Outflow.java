package dev.postrider.broker.transport.websocket;

import dev.postrider.broker.dispatch.Delivered;
import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * What goes out on a socket. Messages are encoded only when the socket can take them, so that a client which stops
 * reading costs the size of one write queue; replies go out at once, and are counted while the socket takes nothing.
 * Belongs to the socket's event loop.
 */
final class Outflow {
    static final int WRITE_QUEUE_BYTES = 256 * 1024;
    private static final int CHARACTERS_PER_TURN = 64 * 1024;
    /** So many replies may pile up before the socket is not read any more. */
    private static final int PILED_REPLIES_MAX = 1_000;

    /** Hears when the state of the flow changes. */
    interface Listener {
        /** Says whether more messages can be taken. */
        void outflowIs(boolean open);

        /** Says whether replies pile up, because the client does not read them. */
        void repliesPile(boolean up);
    }

    private record Unsent(Subscription subscription, Delivered message) {}

    private final Vertx vertx;
    private final ServerWebSocket socket;
    private final Listener listener;
    private final Deque<Unsent> unsent = new ArrayDeque<>();
    private boolean open = true;
    private boolean continues;
    private int piledReplies;
    private long drains;
    private long drainsAtLook;

    Outflow(Vertx vertx, ServerWebSocket socket, Listener listener) {
        this.vertx = vertx;
        this.socket = socket;
        this.listener = listener;
        socket.setWriteQueueMaxSize(WRITE_QUEUE_BYTES);
        socket.drainHandler(drained -> drained());
    }

    /** True if messages can be taken. */
    boolean isOpen() {
        return open;
    }

    void deliver(Subscription subscription, List<Delivered> messages) {
        for (Delivered message : messages) {
            unsent.add(new Unsent(subscription, message));
        }
        pump();
    }

    /** Drops what is not sent yet of a subscription that has ended. */
    void forget(Subscription subscription) {
        unsent.removeIf(waiting -> waiting.subscription() == subscription);
    }

    /** Sends a frame that is not a message. */
    void reply(String frame) {
        if (!socket.isClosed()) {
            var unused = socket.writeTextMessage(frame);
            countReply();
        }
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

    /** Sends a turn's worth: a client that reads fast must not keep the event loop from all others. */
    private void pump() {
        if (continues) {
            return;
        }
        int sent = 0;
        while (!unsent.isEmpty() && sent < CHARACTERS_PER_TURN && !isFull()) {
            Unsent next = unsent.remove();
            String frame = ServerFrames.message(next.subscription().id(), next.message());
            var unused = socket.writeTextMessage(frame);
            sent += frame.length();
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
