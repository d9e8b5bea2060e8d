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

/** Stands between client and PostgreSQL. Each connection has two threads; both end with it. */
abstract class TcpProxy implements AutoCloseable {
    /** What becomes of bytes that have come one way. */
    @FunctionalInterface
    interface Step {
        /** Passes on to {@code out} what is to go on; false cuts the connection. */
        boolean pass(byte[] bytes, int length, OutputStream out) throws IOException, InterruptedException;
    }

    private final ServerSocket listener;
    private final DatabaseUrl.Host target;
    private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
    private final Set<Socket> servers = ConcurrentHashMap.newKeySet();

    TcpProxy(DatabaseUrl.Host target) {
        this.target = target;
        try {
            this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // Nobody knows the port before the constructors have returned.
        start(this::accept);
    }

    /** Called on a thread of its own for each client; returns when {@link #link} does. */
    abstract void serve(Socket client) throws IOException, InterruptedException;

    final int port() {
        return listener.getLocalPort();
    }

    final DatabaseUrl.Host host() {
        return new DatabaseUrl.Host("127.0.0.1", port());
    }

    /** Clients that have not closed their connection, so it counts what clients hold open. */
    final int open() {
        clients.removeIf(TcpProxy::isClosedByPeer);
        return clients.size();
    }

    @Override
    public void close() {
        closeQuietly(listener);
        clients.forEach(TcpProxy::closeQuietly);
        servers.forEach(TcpProxy::closeQuietly);
    }

    /** Joins {@code client} to the server until one of them is gone. */
    final void link(Socket client, Step toServer, Step toClient) throws IOException {
        Socket server = new Socket(target.name(), target.port());
        server.setTcpNoDelay(true);
        servers.add(server);
        start(() -> pump(server, client, toClient));
        pump(client, server, toServer);
        servers.remove(server);
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                client.setTcpNoDelay(true);
                clients.add(client);
                start(() -> run(client));
            }
        } catch (IOException e) {
            // The listener was closed.
        }
    }

    private void run(Socket client) {
        try {
            serve(client);
        } catch (IOException e) {
            // The server cannot be reached: neither can we.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            closeQuietly(client);
        }
    }

    private static void pump(Socket from, Socket to, Step step) {
        byte[] bytes = new byte[65_536];
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            int length = in.read(bytes);
            while (length >= 0 && step.pass(bytes, length, out)) {
                out.flush();
                length = in.read(bytes);
            }
        } catch (IOException e) {
            // One side is gone; the other one goes too.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            closeQuietly(from);
            closeQuietly(to);
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
        Thread thread = new Thread(body, "proxy");
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
