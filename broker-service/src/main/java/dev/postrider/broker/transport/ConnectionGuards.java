package dev.postrider.broker.transport;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;

/**
 * Puts a guard before each connection that a server of this process accepts. Found by Netty's service loader, once
 * {@link #enable()} was called: neither Vert.x nor Quarkus lets anybody in before the first request.
 */
public final class ConnectionGuards extends ChannelInitializerExtension {

    /** To be called before the first server or client of the process is made. */
    public static void enable() {
        System.setProperty(ChannelInitializerExtension.EXTENSIONS_SYSTEM_PROPERTY, "serviceload");
    }

    @Override
    public void postInitializeServerChildChannel(Channel channel) {
        channel.pipeline().addFirst(new ConnectionGuard(ConnectionGuard.HEAD_MILLIS));
    }
}
