package dev.postrider.system.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.SplittableRandom;

/**
 * Ports that nobody listens on, below those that the system gives to outgoing connections: a program takes seconds to
 * start, and another test's connection could be given its port meanwhile. The embedded database looks above these.
 */
public final class FreePort {
    private static final int FIRST = 10_000;
    private static final int LAST = 19_999;
    private static final int TRIES_MAX = 200;

    private FreePort() {}

    /** A loopback port that was free a moment ago. */
    public static int find() {
        SplittableRandom random = new SplittableRandom();
        for (int i = 0; i < TRIES_MAX; i++) {
            int port = random.nextInt(FIRST, LAST + 1);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("No free port between " + FIRST + " and " + LAST);
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
