package dev.postrider.broker.store.postgres;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.net.impl.NetSocketInternal;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.impl.SocketConnectionBase;
import io.vertx.sqlclient.impl.SqlConnectionInternal;

/** Reaches through the client to its sockets, for what it does not do: to end a connection without a word. */
final class Sockets {
    private Sockets() {}

    /** A context of an event loop of its own, whoever calls. */
    static Context newEventLoop(Vertx vertx) {
        return ((VertxInternal) vertx).createEventLoopContext();
    }

    static Channel channelOf(SqlConnection connection) {
        var physical = (SocketConnectionBase)
                ((SqlConnectionInternal) connection).unwrap().unwrap();
        return physical.socket().channelHandlerContext().channel();
    }

    /** Gives a connection back to its pool, for the next. */
    static void giveBack(SqlConnection connection) {
        connection.close().onComplete(closed -> {});
    }

    /** Cuts a connection, and gives it back only when its pool knows that it is closed, or that would lend it again. */
    static void throwAway(SqlConnection connection) {
        Channel channel = channelOf(connection);
        cut(channel);
        // Twice through the queue: the first turn may still be before that in which the close is told.
        channel.closeFuture().addListener(closed -> channel.eventLoop()
                .execute(() -> channel.eventLoop().execute(() -> giveBack(connection))));
    }

    static void cut(SqlConnection connection) {
        cut(channelOf(connection));
    }

    static void cut(NetSocketInternal socket) {
        cut(socket.channelHandlerContext().channel());
    }

    /**
     * Closes the socket at once. Every polite way, the channel's own close too, is turned by the client's codec
     * into a message to the server, which does not read it while it hangs; from the first handler on nothing comes
     * between. Callable from any thread.
     */
    @SuppressWarnings("FutureReturnValueIgnored") // Whoever holds the connection hears of the close by its own handler.
    static void cut(Channel channel) {
        ChannelHandlerContext first = channel.pipeline().firstContext();
        if (first != null) { // A closed channel has lost its handlers.
            first.close();
        }
    }
}
