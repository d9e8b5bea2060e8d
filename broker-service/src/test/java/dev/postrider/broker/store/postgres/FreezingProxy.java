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

/**
 * Stands between client and PostgreSQL and can freeze, as a server under SIGSTOP or behind a dead link does: what is
 * open stays open, connections are accepted, and not a byte passes. Each direction of a connection has a thread.
 */
final class FreezingProxy implements AutoCloseable {
    private final ServerSocket listener;
    private final DatabaseUrl.Host target;
    private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
    private final Set<Socket> servers = ConcurrentHashMap.newKeySet();
    private final Object gate = new Object();
    /** Guarded by gate. */
    private boolean frozen;

    FreezingProxy(DatabaseUrl.Host target) {
        this.target = target;
        try {
            this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    DatabaseUrl.Host host() {
        return new DatabaseUrl.Host("127.0.0.1", listener.getLocalPort());
    }

    void freeze() {
        synchronized (gate) {
            frozen = true;
        }
    }

    void thaw() {
        synchronized (gate) {
            frozen = false;
            gate.notifyAll();
        }
    }

    /** Clients that have not closed their connection. Frozen as well, so it counts what clients hold open. */
    int open() {
        clients.removeIf(FreezingProxy::isClosedByPeer);
        return clients.size();
    }

    @Override
    public void close() {
        thaw();
        closeQuietly(listener);
        clients.forEach(FreezingProxy::closeQuietly);
        servers.forEach(FreezingProxy::closeQuietly);
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                client.setTcpNoDelay(true);
                clients.add(client);
                start(() -> connect(client));
            }
        } catch (IOException e) {
            // The listener was closed.
        }
    }

    private void connect(Socket client) {
        try {
            pass();
            Socket server = new Socket(target.name(), target.port());
            server.setTcpNoDelay(true);
            servers.add(server);
            start(() -> pump(server, client));
            pump(client, server);
        } catch (IOException e) {
            closeQuietly(client);
        }
    }

    private void pump(Socket from, Socket to) {
        byte[] bytes = new byte[65_536];
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
                pass();
                out.write(bytes, 0, n);
                out.flush();
            }
        } catch (IOException e) {
            // One side is gone; the other one goes too.
        } finally {
            closeQuietly(from);
            closeQuietly(to);
        }
    }

    private void pass() throws IOException {
        synchronized (gate) {
            while (frozen) {
                try {
                    gate.wait();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
        }
    }

    private static boolean isClosedByPeer(Socket client) {
        try {
            // Urgent data goes out past everything; to a peer that has closed it fails, the second time at the latest.
            client.sendUrgentData(0);
            return client.isClosed();
        } catch (IOException e) {
            return true;
        }
    }

    private static void start(Runnable body) {
        Thread thread = new Thread(body, "freezing proxy");
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
