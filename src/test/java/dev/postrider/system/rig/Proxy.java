package dev.postrider.system.rig;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The network between one client and one server, which can be harmed while connections are open. Each connection has
 * two threads; both end with it. Thread-safe.
 */
final class Proxy implements AutoCloseable {
    /** What happens to bytes in one direction. */
    enum Traffic {
        /** They arrive. */
        PASS,
        /** They are kept back, and arrive when the network is whole again: late, as TCP repeats what was not heard. */
        HOLD,
        /** They are read and thrown away; a connection that lost some is cut when the network is whole again. */
        SWALLOW
    }

    private final ServerSocket listener;
    private final int target;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final Object change = new Object();
    private volatile Traffic requests = Traffic.PASS;
    private volatile Traffic replies = Traffic.PASS;
    private volatile long delayMillis;
    private volatile boolean refusing;
    private volatile boolean closed;

    /** @param target port on the loopback interface */
    Proxy(int target) {
        this.target = target;
        try {
            listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon("proxy accept", this::accept);
    }

    String address() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    /** All connections are reset, and so is each new one. */
    void cut() {
        refusing = true;
        links.forEach(Link::reset);
    }

    /** Connections are accepted and kept, and nothing goes either way. */
    void blackHole() {
        set(Traffic.HOLD, Traffic.HOLD);
    }

    /** What the client says arrives, what the server answers is lost. */
    void swallowReplies() {
        set(Traffic.PASS, Traffic.SWALLOW);
    }

    /** Every piece takes so much longer, in either direction. */
    void delay(Duration time) {
        delayMillis = time.toMillis();
    }

    /** Everything is well again; connections that lost something are reset. */
    void heal() {
        refusing = false;
        delayMillis = 0;
        set(Traffic.PASS, Traffic.PASS);
        links.stream().filter(link -> link.damaged).forEach(Link::reset);
    }

    private void set(Traffic newRequests, Traffic newReplies) {
        synchronized (change) {
            requests = newRequests;
            replies = newReplies;
            change.notifyAll();
        }
    }

    private void accept() {
        while (!closed) {
            try {
                Socket client = listener.accept();
                client.setTcpNoDelay(true);
                daemon("proxy connect", () -> connect(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void connect(Socket client) {
        Link link = new Link(client);
        links.add(link);
        if (refusing || closed) {
            link.reset();
            return;
        }
        try {
            link.server.connect(address(target), 5_000);
            link.server.setTcpNoDelay(true);
        } catch (IOException e) {
            link.reset();
            return;
        }
        daemon("proxy replies", () -> link.pump(link.server, client, false));
        link.pump(client, link.server, true);
    }

    private InetSocketAddress address(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    @Override
    public void close() {
        closed = true;
        quietly(listener);
        links.forEach(Link::reset);
        set(Traffic.PASS, Traffic.PASS);
    }

    private static void daemon(String name, Runnable body) {
        Thread thread = new Thread(body, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void quietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            // Closed is closed.
        }
    }

    /** One connection through the proxy. */
    private final class Link {
        private final Socket client;
        private final Socket server = new Socket();
        private volatile boolean damaged;
        private volatile boolean over;
        private final AtomicInteger ended = new AtomicInteger();

        Link(Socket client) {
            this.client = client;
        }

        void pump(Socket from, Socket to, boolean request) {
            byte[] bytes = new byte[65_536];
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
                    if (passes(request)) {
                        out.write(bytes, 0, n);
                    }
                }
                // The other side is told in order, as the one who ended did.
                to.shutdownOutput();
                if (ended.incrementAndGet() == 2) {
                    links.remove(this);
                    quietly(client);
                    quietly(server);
                }
            } catch (IOException e) {
                reset();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                reset();
            }
        }

        /** Waits while bytes of this direction are held; false if they are to be thrown away. */
        private boolean passes(boolean request) throws InterruptedException, IOException {
            synchronized (change) {
                if (delayMillis > 0) {
                    change.wait(delayMillis);
                }
                while (traffic(request) == Traffic.HOLD && !over) {
                    change.wait(1_000);
                }
            }
            if (over) {
                throw new IOException("cut");
            }
            boolean pass = traffic(request) == Traffic.PASS;
            damaged |= !pass;
            return pass;
        }

        private Traffic traffic(boolean request) {
            return request ? requests : replies;
        }

        void reset() {
            over = true;
            links.remove(this);
            try {
                client.setSoLinger(true, 0);
            } catch (IOException e) {
                // It is closed already.
            }
            quietly(client);
            quietly(server);
        }
    }
}
