package dev.postrider.broker.transport.sse;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.dispatch.Consumers;
import dev.postrider.broker.dispatch.Delivered;
import dev.postrider.broker.dispatch.Settler;
import dev.postrider.broker.transport.PeerChannel;
import dev.postrider.broker.transport.Problem;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
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
    static final int WRITE_QUEUE_BYTES = 256 * 1024;

    private static final Logger LOG = Logger.getLogger(EventStream.class);
    /** Messages are gathered into writes of about this size. */
    private static final int WRITE_BYTES = 64 * 1024;
    /** The peer has been deaf for two to three keep-alives. */
    private static final int DEAF_TICKS_MAX = 3;

    /** How long the last event of a stream that the broker ends may take to go out. */
    private static final long LAST_WRITE_MILLIS = 10_000;

    private final Vertx vertx;
    private final HttpServerRequest http;
    private final HttpServerResponse response;
    private final StreamRequest request;
    private final Settler settler;
    private final long keepAliveMillis;
    private final Deque<Delivered> unsent = new ArrayDeque<>();

    private Consumers.Consumer consumer;
    private BrokerException endedBy;
    private long keepAliveTimer;
    private boolean over;
    private boolean writable = true;
    private boolean continues;
    private long writesBegun;
    private long writesDone;
    private long writesDoneAtTick;
    private int deafTicks;

    EventStream(Vertx vertx, HttpServerRequest http, StreamRequest request, Settler settler, long keepAliveMillis) {
        this.vertx = vertx;
        this.http = http;
        this.response = http.response();
        this.request = request;
        this.settler = settler;
        this.keepAliveMillis = keepAliveMillis;
    }

    /** The consumer has joined: answers the request, and lets events flow. */
    void begin(Consumers.Consumer joined) {
        if (over && endedBy == null) {
            joined.leave();
            return;
        }
        consumer = joined;
        startAnswer(response).setChunked(true).setWriteQueueMaxSize(WRITE_QUEUE_BYTES);
        write(Events.retry());
        if (over) {
            end();
            return;
        }
        PeerChannel.of(http.connection()).expectFailures();
        response.drainHandler(drained -> pump());
        keepAliveTimer = vertx.setPeriodic(keepAliveMillis, timer -> tick());
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
        vertx.cancelTimer(keepAliveTimer);
        boolean held = consumer != null && !over;
        over = true;
        unsent.clear();
        if (held) {
            consumer.leave();
        }
    }

    private void end() {
        vertx.cancelTimer(keepAliveTimer);
        long timer = vertx.setTimer(LAST_WRITE_MILLIS, late -> drop());
        response.end(Events.error(Problem.of(endedBy, null))).onComplete(written -> vertx.cancelTimer(timer));
    }

    /** Shows the client that the stream lives, and finds out whether it listens. */
    private void tick() {
        boolean deaf = writesDone < writesBegun && writesDone == writesDoneAtTick;
        deafTicks = deaf ? deafTicks + 1 : 0;
        writesDoneAtTick = writesDone;
        if (deafTicks >= DEAF_TICKS_MAX) {
            LOG.debugf("A stream of queue %s takes nothing any more; dropping it", request.queue());
            gone();
            drop();
        } else if (!over && !response.writeQueueFull()) {
            write(Events.keepAlive());
        }
    }

    private void drop() {
        if (http.version() == HttpVersion.HTTP_2) {
            response.reset();
        } else {
            PeerChannel.of(http.connection()).abort();
        }
    }

    /** Writes once a turn: a client that reads fast must not keep the event loop from all others. */
    private void pump() {
        if (over || consumer == null || continues) {
            return;
        }
        if (!unsent.isEmpty() && !response.writeQueueFull()) {
            writeSome();
        }
        if (!unsent.isEmpty() && !response.writeQueueFull()) {
            continues = true;
            vertx.runOnContext(turn -> {
                continues = false;
                pump();
            });
        }
        boolean takesMore = unsent.isEmpty() && !response.writeQueueFull();
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
            if (request.asCloudEvents()) {
                Events.cloudEvent(events, message);
            } else {
                Events.message(events, message);
            }
            receipts.add(message.receipt().toText());
        }
        if (request.ackOnWrite()) {
            write(events, receipts);
        } else {
            write(events);
        }
    }

    private void write(Buffer events) {
        write(events, List.of());
    }

    private void write(Buffer events, List<String> settledThen) {
        writesBegun++;
        response.write(events).onComplete(written -> {
            writesDone++;
            if (written.succeeded() && !settledThen.isEmpty()) {
                ack(settledThen);
            }
        });
    }

    private void ack(List<String> receipts) {
        // A message whose ack fails is delivered again when its lease has run out, which a consumer must expect.
        settler.ack(request.queue(), receipts)
                .onFailure(e -> LOG.debugf(e, "Messages of queue %s were written, but not settled", request.queue()));
    }
}
