package dev.postrider.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.SplittableRandom;

/**
 * Finds a port to listen on, below those that the system gives to outgoing connections: a client that reconnects in a
 * loop while the server is down could otherwise be given the server's own port, connect to itself, and keep the server
 * out.
 */
final class FreePort {
    private static final int FIRST = 20_000;
    private static final int LAST = 29_999;
    private static final int TRIES_MAX = 200;

    private FreePort() {}

    static int find() {
        SplittableRandom random = new SplittableRandom();
        for (int i = 0; i < TRIES_MAX; i++) {
            int port = random.nextInt(FIRST, LAST + 1);
            if (isFree(port)) {
                return port;
            }
        }
        throw new EmbeddedPostgresException(
                "No free port between " + FIRST + " and " + LAST + " for the embedded database");
    }

    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(EmbeddedPostgres.HOST), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
