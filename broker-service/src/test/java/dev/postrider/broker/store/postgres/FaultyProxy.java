package dev.postrider.broker.store.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between client and PostgreSQL and does one kind of harm when a simple query passes by. Each connection has
 * two threads; both end with it.
 */
final class FaultyProxy implements AutoCloseable {
    /** What happens when the trigger is seen, once; then traffic passes again. */
    enum Fault {
        /** Nothing. */
        NONE,
        /** The trigger is not forwarded, and the connection is cut. */
        CUT_BEFORE,
        /** The trigger is forwarded, its answer is awaited and not passed on, and the connection is cut. */
        CUT_AFTER,
        /** The trigger is forwarded, and no answer is ever passed on. */
        SILENCE,
        /** No answer to anything is passed on before the trigger has come by. */
        HOLD_ANSWERS
    }

    private final ServerSocket listener;
    private final DatabaseUrl.Host target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private volatile Fault fault = Fault.NONE;
    private volatile byte[] trigger = {};

    FaultyProxy(DatabaseUrl.Host target) {
        this.target = target;
        try {
            this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept, "proxy accept");
    }

    int port() {
        return listener.getLocalPort();
    }

    /** How many connections were made so far. */
    int connections() {
        return connections.get();
    }

    /** Harms the next connection on which a simple query of this text passes. */
    void arm(Fault next, String query) {
        trigger = (query + '\0').getBytes(StandardCharsets.US_ASCII);
        fault = next;
    }

    @Override
    public void close() {
        closeQuietly(listener);
        sockets.forEach(FaultyProxy::closeQuietly);
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
                connections.incrementAndGet();
                Link link = new Link(client, server);
                start(link::forward, "proxy to server");
                start(link::answer, "proxy to client");
            }
        } catch (IOException e) {
            // The listener was closed.
        }
    }

    private static void start(Runnable body, String name) {
        Thread thread = new Thread(body, name);
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

    /** One connection through the proxy. */
    private final class Link {
        /** Length of a simple query's type and size, before its text. */
        private static final int HEADER_BYTES = 5;

        private final Socket client;
        private final Socket server;
        private final CountDownLatch triggered = new CountDownLatch(1);
        private volatile boolean silent;
        private volatile boolean cutAtAnswer;

        Link(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void forward() {
            byte[] bytes = new byte[65_536];
            try (InputStream in = client.getInputStream();
                    OutputStream out = server.getOutputStream()) {
                for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
                    int at = fault == Fault.NONE ? -1 : indexOf(trigger, bytes, n);
                    if (at >= 0) {
                        Fault now = fault;
                        fault = Fault.NONE;
                        if (now == Fault.CUT_BEFORE) {
                            out.write(bytes, 0, Math.max(0, at - HEADER_BYTES));
                            return;
                        }
                        silent = now == Fault.SILENCE;
                        cutAtAnswer = now == Fault.CUT_AFTER;
                        if (at > HEADER_BYTES && cutAtAnswer) {
                            // What came before is answered first; the trigger must meet an idle line.
                            out.write(bytes, 0, at - HEADER_BYTES);
                            out.flush();
                            System.arraycopy(bytes, at - HEADER_BYTES, bytes, 0, n - at + HEADER_BYTES);
                            n -= at - HEADER_BYTES;
                        }
                    }
                    out.write(bytes, 0, n);
                    out.flush();
                    if (at >= 0) {
                        triggered.countDown();
                    }
                }
            } catch (IOException e) {
                // The other thread cut the connection.
            } finally {
                closeQuietly(client);
                closeQuietly(server);
            }
        }

        void answer() {
            byte[] bytes = new byte[65_536];
            try (InputStream in = server.getInputStream();
                    OutputStream out = client.getOutputStream()) {
                for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
                    if (fault == Fault.HOLD_ANSWERS) {
                        triggered.await();
                    }
                    if (cutAtAnswer && indexOf("COMMIT\0".getBytes(StandardCharsets.US_ASCII), bytes, n) >= 0) {
                        return;
                    }
                    if (!silent) {
                        out.write(bytes, 0, n);
                        out.flush();
                    }
                }
            } catch (IOException e) {
                // The other thread cut the connection.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                closeQuietly(client);
                closeQuietly(server);
            }
        }

        private static int indexOf(byte[] wanted, byte[] bytes, int length) {
            for (int start = 0; start + wanted.length <= length; start++) {
                int i = 0;
                while (i < wanted.length && bytes[start + i] == wanted[i]) {
                    i++;
                }
                if (i == wanted.length) {
                    return start;
                }
            }
            return -1;
        }
    }
}
