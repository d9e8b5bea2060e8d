package dev.postrider.testbroker;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A TCP proxy before the broker, which can be cut as a dying process cuts, or go silent as a lost host does. */
final class TcpFront {
    /** So that the system does not take tens of megabytes for a client that does not read. */
    private static final int SOCKET_BYTES = 256 * 1024;

    private final NetServer server;
    private final NetClient client;
    private final int target;
    private final Set<NetSocket> open = ConcurrentHashMap.newKeySet();
    private final Set<NetSocket> frozen = ConcurrentHashMap.newKeySet();

    TcpFront(Vertx vertx, int port, int target) {
        this.target = target;
        this.client = vertx.createNetClient(new NetClientOptions().setReceiveBufferSize(SOCKET_BYTES));
        this.server = vertx.createNetServer(new NetServerOptions()
                        .setHost("127.0.0.1")
                        .setPort(port)
                        .setSendBufferSize(SOCKET_BYTES))
                .connectHandler(this::connect);
    }

    Future<Integer> listen() {
        return server.listen().map(NetServer::actualPort);
    }

    private void connect(NetSocket near) {
        near.pause();
        open.add(near);
        near.closeHandler(ignored -> open.remove(near));
        client.connect(target, "127.0.0.1")
                .onSuccess(far -> {
                    open.add(far);
                    forward(near, far);
                    forward(far, near);
                    near.resume();
                })
                .onFailure(failure -> close(near));
    }

    private void forward(NetSocket from, NetSocket to) {
        from.handler(bytes -> {
            if (!frozen.contains(from)) {
                ignore(to.write(bytes));
            }
            if (to.writeQueueFull()) {
                // A client that reads slowly is one to the broker, too.
                from.pause();
                to.drainHandler(drained -> from.resume());
            }
        });
        from.exceptionHandler(failure -> {});
        from.closeHandler(ignored -> {
            open.remove(from);
            close(to);
        });
    }

    /** Breaks the connections that are open now: not one with which a client comes back meanwhile. */
    void cut() {
        List.copyOf(open).forEach(TcpFront::close);
    }

    /** What the open connections carry gets lost from now on, and nobody is told. */
    void freeze() {
        frozen.addAll(open);
    }

    Future<Void> close() {
        cut();
        return server.close();
    }

    private static void close(NetSocket socket) {
        ignore(socket.close());
    }

    private static void ignore(Future<Void> done) {
        done.onFailure(failure -> {});
    }
}
