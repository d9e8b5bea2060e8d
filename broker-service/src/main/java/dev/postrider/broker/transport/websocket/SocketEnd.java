package dev.postrider.broker.transport.websocket;

import dev.postrider.broker.transport.PeerChannel;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * How a socket ends: closed by the client, closed by the broker with a code, or found dead. Whichever comes first,
 * the session leaves at once, and the connection is gone soon after, though the peer may take nothing any more.
 * Belongs to the socket's event loop.
 */
final class SocketEnd {
    static final int GOING_AWAY = 1001;
    static final int NOT_UTF_8 = 1007;
    static final int POLICY = 1008;
    static final int TOO_BIG = 1009;
    static final int KEEP_ALIVE_TIMEOUT = 1011;
    static final int TRY_AGAIN_LATER = 1013;

    /** A client may be silent for so many times as long as it is between two pings. */
    private static final int SILENT_PINGS_MAX = 3;

    private static final Logger LOG = Logger.getLogger(SocketEnd.class);
    /** How long a client may take to answer a close, or to finish the frame that was too long. */
    private static final long CLOSING_MILLIS = 5_000;

    private final Vertx vertx;
    private final ServerWebSocket socket;
    private final PeerChannel channel;
    private final long pingMillis;
    private SocketSession<?> session;
    private Runnable afterwards;
    private long pingTimer;
    private long silenceTimer;
    private long heardNanos = System.nanoTime();
    private boolean over;
    private boolean closed;

    SocketEnd(Vertx vertx, ServerWebSocket socket, PeerChannel channel, long pingMillis) {
        this.vertx = vertx;
        this.socket = socket;
        this.channel = channel;
        this.pingMillis = pingMillis;
    }

    /** Listens to the socket on behalf of the session; {@code whenGone} runs once it has left. */
    void attach(SocketSession<?> listener, Runnable whenGone) {
        session = listener;
        afterwards = whenGone;
        pingTimer = vertx.setPeriodic(pingMillis, timer -> ping());
        awaitSilence();
        socket.pongHandler(pong -> heard());
        socket.closeHandler(gone -> closed());
        socket.exceptionHandler(e -> LOG.debugf("A socket failed: %s", e.getMessage()));
        channel.onProtocolViolation(code -> close(code, "The frame breaks the protocol or is over the limit"));
        channel.gatherFlushes();
        channel.expectFailures();
        socket.frameHandler(frame -> {
            heard();
            listener.accept(frame);
        });
    }

    /** True once nothing more is taken from the client. */
    boolean isOver() {
        return over;
    }

    /** Closes the socket with a code of RFC 6455, section 7.4.1. */
    void close(int code, String reason) {
        if (over) {
            return;
        }
        LOG.debugf("Closing a socket with %d: %s", code, reason);
        leave();
        var unused = socket.close((short) code, reason);
        vertx.setTimer(CLOSING_MILLIS, late -> {
            if (!closed) {
                channel.abort();
            }
        });
    }

    private void closed() {
        closed = true;
        leave();
    }

    private void leave() {
        if (!over) {
            over = true;
            vertx.cancelTimer(pingTimer);
            vertx.cancelTimer(silenceTimer);
            session.leave();
            afterwards.run();
        }
    }

    private void heard() {
        heardNanos = System.nanoTime();
    }

    private void ping() {
        session.checkProgress();
        excuse();
        if (!over && !socket.writeQueueFull()) {
            var unused = socket.writePing(Buffer.buffer());
        }
    }

    /** A client that the broker does not read cannot be heard. */
    private void excuse() {
        if (session.isHeldUp()) {
            heard();
        }
    }

    /** By a timer of its own: pings come too seldom to find the end of a silence in time. */
    private void awaitSilence() {
        excuse();
        long silentMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - heardNanos);
        long leftMillis = SILENT_PINGS_MAX * pingMillis - silentMillis;
        if (leftMillis > 0) {
            silenceTimer = vertx.setTimer(leftMillis, timer -> awaitSilence());
        } else {
            close(KEEP_ALIVE_TIMEOUT, "Nothing was heard for too long");
        }
    }
}
