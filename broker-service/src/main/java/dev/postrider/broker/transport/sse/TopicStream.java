package dev.postrider.broker.transport.sse;

import dev.postrider.broker.dispatch.Followers.Followed;
import dev.postrider.broker.dispatch.Followers.Following;
import dev.postrider.broker.dispatch.Followers.Portion;
import io.vertx.core.AsyncResult;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jboss.logging.Logger;

/**
 * One client's stream of a topic. Asks for more only when all it had is written, so a client that stops reading costs
 * the broker what it asked for last and one write queue. Belongs to the request's context, whose event loop runs all
 * of it.
 */
final class TopicStream {
    private static final Logger LOG = Logger.getLogger(TopicStream.class);
    /** Messages are gathered into writes of about this size. */
    private static final int WRITE_BYTES = 64 * 1024;

    private final Vertx vertx;
    private final StreamSocket socket;
    private final TopicStreamRequest request;
    private final Deque<Followed> unsent = new ArrayDeque<>();
    private Following following;
    private boolean asking;
    private boolean continues;
    private boolean over;

    TopicStream(Vertx vertx, StreamSocket socket, TopicStreamRequest request) {
        this.vertx = vertx;
        this.socket = socket;
        this.request = request;
    }

    /** The topic is followed: answers the request, and lets events flow. */
    void begin(Following begun) {
        if (over) {
            begun.leave();
            return;
        }
        following = begun;
        socket.begin(Events.retry(begun.position()), this::pump, this::keepAlive, this::deaf);
        pump();
    }

    /** While nothing comes, the client learns of a position that is younger than its last event. */
    private Buffer keepAlive() {
        return asking ? Events.keepAlive(following.position()) : Events.keepAlive();
    }

    private void deaf() {
        LOG.debugf("A stream of topic %s takes nothing any more; dropping it", request.topic());
        gone();
    }

    /** The client went away. */
    void gone() {
        socket.stop();
        over = true;
        unsent.clear();
        if (following != null) {
            following.leave();
        }
    }

    /** Writes once a turn: a client that reads fast must not keep the event loop from all others. */
    private void pump() {
        if (over || asking || continues || socket.isFull()) {
            return;
        }
        if (unsent.isEmpty()) {
            asking = true;
            following.next().onComplete(this::got);
            return;
        }
        Buffer events = Buffer.buffer();
        while (!unsent.isEmpty() && events.length() < WRITE_BYTES) {
            Events.message(events, unsent.remove(), request.format());
        }
        var unused = socket.write(events);
        pumpNextTurn();
    }

    private void pumpNextTurn() {
        continues = true;
        vertx.runOnContext(turn -> {
            continues = false;
            pump();
        });
    }

    private void got(AsyncResult<Portion> done) {
        asking = false;
        if (over) {
            return;
        }
        if (done.failed()) {
            over = true;
            following.leave();
            socket.end(done.cause());
            return;
        }
        Portion portion = done.result();
        if (portion.gap() != null) {
            Buffer gap = Buffer.buffer();
            Events.gap(gap, portion.gap());
            var unused = socket.write(gap);
        }
        unsent.addAll(portion.messages());
        pumpNextTurn();
    }
}
