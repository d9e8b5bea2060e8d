package dev.postrider.broker.store.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Stands between client and PostgreSQL, counts bytes, and cuts a connection after a given one. */
final class CuttingProxy implements AutoCloseable {
    /** Which way bytes go. */
    enum Way {
        TO_SERVER,
        TO_CLIENT
    }

    private final ServerSocket listener;
    private final DatabaseUrl.Host target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    /** Guarded by this. */
    private final long[] passed = new long[2];
    /** Guarded by this; negative: no cut. */
    private final long[] left = {-1, -1};

    CuttingProxy(DatabaseUrl.Host target) {
        this.target = target;
        try {
            this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    synchronized long passed(Way way) {
        return passed[way.ordinal()];
    }

    /** Lets {@code bytes} more pass that way, 0 up, and then cuts the connection on which the next one comes. */
    synchronized void cutAfter(Way way, long bytes) {
        left[way.ordinal()] = bytes;
    }

    synchronized void cutNothing() {
        left[0] = -1;
        left[1] = -1;
    }

    @Override
    public void close() {
        closeQuietly(listener);
        sockets.forEach(CuttingProxy::closeQuietly);
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                Socket server = new Socket(target.name(), target.port());
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                sockets.add(client);
                sockets.add(server);
                start(() -> pump(client, server, Way.TO_SERVER));
                start(() -> pump(server, client, Way.TO_CLIENT));
            }
        } catch (IOException e) {
            // The listener was closed.
        }
    }

    private void pump(Socket from, Socket to, Way way) {
        byte[] bytes = new byte[65_536];
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
                int allowed = allow(way, n);
                out.write(bytes, 0, allowed);
                out.flush();
                if (allowed < n) {
                    return;
                }
            }
        } catch (IOException e) {
            // The other direction was cut.
        } finally {
            closeQuietly(from);
            closeQuietly(to);
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    private synchronized int allow(Way way, int bytes) {
        long allowed = left[way.ordinal()] < 0 ? bytes : Math.min(bytes, left[way.ordinal()]);
        if (left[way.ordinal()] >= 0) {
            left[way.ordinal()] = allowed < bytes ? -1 : left[way.ordinal()] - allowed;
        }
        passed[way.ordinal()] += allowed;
        return (int) allowed;
    }

    private static void start(Runnable body) {
        Thread thread = new Thread(body, "cutting proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            // Closed is closed.
        }
    }
}
