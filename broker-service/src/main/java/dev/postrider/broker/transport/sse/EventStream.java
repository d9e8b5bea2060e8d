package dev.postrider.broker.transport.sse;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.dispatch.Consumers;
import dev.postrider.broker.dispatch.Delivered;
import dev.postrider.broker.dispatch.Settler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * One client's stream. Messages are encoded only when the socket can take them, so a client that stops reading costs
 * the broker the size of one write queue; until it reads again its consumer gets nothing. Belongs to the request's
 * context, whose event loop runs all of it.
 */
final class EventStream implements Consumers.Sink {
    static final int WRITE_QUEUE_BYTES = StreamSocket.WRITE_QUEUE_BYTES;

    private static final Logger LOG = Logger.getLogger(EventStream.class);
    /** Messages are gathered into writes of about this size. */
    private static final int WRITE_BYTES = 64 * 1024;

    private final Vertx vertx;
    private final StreamSocket socket;
    private final StreamRequest request;
    private final Settler settler;
    private final Deque<Delivered> unsent = new ArrayDeque<>();

    private Consumers.Consumer consumer;
    private BrokerException endedBy;
    private boolean over;
    private boolean writable = true;
    private boolean continues;

    EventStream(Vertx vertx, HttpServerRequest http, StreamRequest request, Settler settler, long keepAliveMillis) {
        this.vertx = vertx;
        this.socket = new StreamSocket(vertx, http, keepAliveMillis);
        this.request = request;
        this.settler = settler;
    }

    /** The consumer has joined: answers the request, and lets events flow. */
    void begin(Consumers.Consumer joined) {
        if (over && endedBy == null) {
            joined.leave();
            return;
        }
        consumer = joined;
        socket.begin(Events.retry(), this::pump, Events::keepAlive, this::deaf);
        if (over) {
            end();
            return;
        }
        pump();
    }

    /** The headers of a stream. */
    static HttpServerResponse startAnswer(HttpServerResponse response) {
        return response.putHeader("Content-Type", "text/event-stream")
                .putHeader("Cache-Control", "no-store")
                .putHeader("X-Accel-Buffering", "no");
    }

    @Override
    public void deliver(List<Delivered> messages) {
        if (!over) {
            unsent.addAll(messages);
            pump();
        }
    }

    @Override
    public void closed(BrokerException reason) {
        if (over) {
            return;
        }
        over = true;
        endedBy = reason;
        unsent.clear();
        if (consumer != null) {
            end();
        }
    }

    /** The client went away: gives back what it held. */
    void gone() {
        socket.stop();
        boolean held = consumer != null && !over;
        over = true;
        unsent.clear();
        if (held) {
            consumer.leave();
        }
    }

    private void end() {
        socket.end(endedBy);
    }

    private void deaf() {
        LOG.debugf("A stream of queue %s takes nothing any more; dropping it", request.queue());
        gone();
    }

    /** Writes once a turn: a client that reads fast must not keep the event loop from all others. */
    private void pump() {
        if (over || consumer == null || continues) {
            return;
        }
        if (!unsent.isEmpty() && !socket.isFull()) {
            writeSome();
        }
        if (!unsent.isEmpty() && !socket.isFull()) {
            continues = true;
            vertx.runOnContext(turn -> {
                continues = false;
                pump();
            });
        }
        boolean takesMore = unsent.isEmpty() && !socket.isFull();
        if (takesMore != writable) {
            writable = takesMore;
            consumer.writable(takesMore);
        }
    }

    private void writeSome() {
        Buffer events = Buffer.buffer();
        List<String> receipts = new ArrayList<>();
        while (!unsent.isEmpty() && events.length() < WRITE_BYTES) {
            Delivered message = unsent.remove();
            Events.message(events, message, request.format());
            receipts.add(message.receipt().toText());
        }
        socket.write(events).onSuccess(written -> {
            if (request.ackOnWrite()) {
                ack(receipts);
            }
        });
    }

    private void ack(List<String> receipts) {
        // A message whose ack fails is delivered again when its lease has run out, which a consumer must expect.
        settler.ack(request.queue(), receipts)
                .onFailure(e -> LOG.debugf(e, "Messages of queue %s were written, but not settled", request.queue()));
    }
}
