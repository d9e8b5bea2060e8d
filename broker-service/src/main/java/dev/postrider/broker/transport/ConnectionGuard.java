package dev.postrider.broker.transport;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.websocketx.WebSocket08FrameDecoder;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Bounds what one connection can cost before anybody looks at its requests: the time that the head of a request may
 * take, the number of requests that wait behind one another, and the part of a WebSocket frame that is held until its
 * end has come. Stands before all other handlers of its connection, and belongs to its event loop.
 */
final class ConnectionGuard extends ChannelInboundHandlerAdapter {
    static final long HEAD_MILLIS = 20_000;

    /** Nothing more is read while so many requests of a connection are not answered. */
    static final int PIPELINED_MAX = 64;

    private static final Logger LOG = Logger.getLogger(ConnectionGuard.class);
    /** The name of Vert.x's own handler in each pipeline. */
    private static final String VERTX_HANDLER = "handler";

    private final long headMillis;
    private final Requests requests = new Requests();
    private long frameBytesMax = Long.MAX_VALUE;
    private Future<?> headDeadline;
    private boolean watching;
    private boolean upgraded;
    private int unanswered;

    ConnectionGuard(long headMillis) {
        this.headMillis = headMillis;
    }

    /** Longer frames are left to the WebSocket decoder to refuse. To be said before the upgrade. */
    void expectFrames(long bytesMax) {
        frameBytesMax = bytesMax;
    }

    @Override
    public void channelRead(ChannelHandlerContext channel, Object bytes) {
        if (!watching && channel.pipeline().get(VERTX_HANDLER) != null) {
            watching = true;
            channel.pipeline().addBefore(VERTX_HANDLER, "requests", requests);
            channel.pipeline().addBefore(VERTX_HANDLER, "refusals", new RefusalDocuments());
        }
        if (headDeadline == null && unanswered == 0 && !upgraded) {
            headDeadline = channel.executor().schedule(() -> tooSlow(channel), headMillis, TimeUnit.MILLISECONDS);
        }
        channel.fireChannelRead(bytes);
    }

    @Override
    public void channelInactive(ChannelHandlerContext channel) {
        stopWaiting();
        channel.fireChannelInactive();
    }

    private void tooSlow(ChannelHandlerContext channel) {
        LOG.debugf("The head of a request took too long; dropping %s", channel.channel());
        var unused = channel.close();
    }

    private void stopWaiting() {
        if (headDeadline != null) {
            headDeadline.cancel(false);
            headDeadline = null;
        }
    }

    /** From now on the connection carries frames. */
    private void upgrade(ChannelHandlerContext channel) {
        upgraded = true;
        // By the time of the answer it has taken the place of the decoder of requests.
        ChannelHandlerContext decoder = channel.pipeline().context(WebSocket08FrameDecoder.class);
        if (decoder != null) {
            channel.pipeline().addBefore(decoder.name(), "frameSplitter", new FrameSplitter(frameBytesMax));
        }
    }

    /** Counts requests that have come and answers that have gone. */
    private final class Requests extends ChannelDuplexHandler {
        private boolean held;

        @Override
        public void channelRead(ChannelHandlerContext channel, Object message) {
            if (message instanceof HttpRequest) {
                unanswered++;
                stopWaiting();
                if (unanswered >= PIPELINED_MAX && !held) {
                    held = true;
                    channel.channel().config().setAutoRead(false);
                }
            }
            channel.fireChannelRead(message);
        }

        @Override
        public void read(ChannelHandlerContext channel) {
            if (held) {
                // Vert.x wants to read on, which it decides by bodies alone.
                channel.channel().config().setAutoRead(false);
            } else {
                channel.read();
            }
        }

        @Override
        public void write(ChannelHandlerContext channel, Object message, ChannelPromise promise) {
            int status =
                    message instanceof HttpResponse response ? response.status().code() : 0;
            if (status == 101) {
                upgrade(channel);
            }
            var unused = channel.write(message, promise);
            if (message instanceof LastHttpContent && status != 100 && unanswered > 0) {
                unanswered--;
                if (held && unanswered < PIPELINED_MAX) {
                    held = false;
                    channel.channel().config().setAutoRead(true);
                }
            }
        }
    }
}
