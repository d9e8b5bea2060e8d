package dev.postrider.broker.transport;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.function.IntConsumer;
import org.jboss.logging.Logger;

/**
 * What long-lived connections need of the channel below Vert.x, which has no API for it: to be dropped though the
 * peer takes nothing any more (Vert.x's own close waits behind the unsent bytes, for ever), to answer a frame over
 * the limit with a close code (Vert.x drops the connection first), and to flush once per turn. The one place that
 * reaches there; a connection of another kind is left as it is. Belongs to the connection's event loop.
 */
public final class PeerChannel {
    private static final Logger LOG = Logger.getLogger(PeerChannel.class);
    private static final int WRITES_PER_FLUSH_MAX = 256;
    /** The name of Vert.x's own handler in each pipeline. */
    private static final String VERTX_HANDLER = "handler";

    private final HttpConnection connection;
    private final ChannelHandlerContext channel;

    private PeerChannel(HttpConnection connection, ChannelHandlerContext channel) {
        this.connection = connection;
        this.channel = channel;
    }

    public static PeerChannel of(HttpConnection connection) {
        ChannelHandlerContext channel = connection instanceof ConnectionBase base ? base.channelHandlerContext() : null;
        return new PeerChannel(connection, channel);
    }

    /** Drops the connection at once, with whatever was not sent yet. */
    public void abort() {
        if (channel == null) {
            var unused = connection.close();
        } else {
            // From the context, below Vert.x's handler, which would wait for what is unsent.
            var unused = channel.close();
        }
    }

    /** Says, before an upgrade to WebSocket, how long frames may be. */
    public void expectFrames(long bytesMax) {
        ConnectionGuard guard = channel == null ? null : channel.pipeline().get(ConnectionGuard.class);
        if (guard != null) {
            guard.expectFrames(bytesMax);
        }
    }

    /** Failures of the connection, which are the peer's doing, are no errors of the broker. */
    public void expectFailures() {
        connection.exceptionHandler(e -> LOG.debugf("A connection failed: %s", e.getMessage()));
    }

    /** Writes of one turn of the event loop go out together from now on. */
    public void gatherFlushes() {
        if (channel != null) {
            channel.pipeline().addFirst(new FlushConsolidationHandler(WRITES_PER_FLUSH_MAX, true));
        }
    }

    /**
     * Hands frames that break the WebSocket protocol to {@code listener}, as the close code that fits, instead of
     * dropping the connection. What comes behind such a frame is skipped.
     */
    public void onProtocolViolation(IntConsumer listener) {
        ChannelPipeline pipeline = channel == null ? null : channel.pipeline();
        if (pipeline != null && pipeline.get(VERTX_HANDLER) != null) {
            pipeline.addBefore(VERTX_HANDLER, "protocolViolation", new ViolationHandler(listener));
        }
    }

    private static final class ViolationHandler extends ChannelInboundHandlerAdapter {
        private final IntConsumer listener;

        ViolationHandler(IntConsumer listener) {
            this.listener = listener;
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext channel, Throwable cause) {
            if (cause instanceof CorruptedWebSocketFrameException violation) {
                listener.accept(violation.closeStatus().code());
            } else {
                channel.fireExceptionCaught(cause);
            }
        }
    }
}
