package dev.postrider.sample.signup.mail;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.Deque;

/** Accepts connections and never answers, as a mail server does whose disk is full or whose host is half dead. */
final class SilentServer implements AutoCloseable {
    private static final int BACKLOG = 50;
    private static final int HELD_MAX = 500;

    private final ServerSocket listener;
    private final Deque<Socket> held = new ArrayDeque<>();

    private SilentServer(ServerSocket listener) {
        this.listener = listener;
    }

    static SilentServer start(int port) throws IOException {
        SilentServer server = new SilentServer(new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress()));
        Thread thread = new Thread(server::accept, "silent-smtp");
        thread.setDaemon(true);
        thread.start();
        return server;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                hold(listener.accept());
            } catch (IOException e) {
                // The listener was closed, or a client left before it was accepted.
                continue;
            }
        }
    }

    private synchronized void hold(Socket socket) throws IOException {
        if (listener.isClosed()) {
            socket.close();
            return;
        }
        held.add(socket);
        if (held.size() > HELD_MAX) {
            held.remove().close();
        }
    }

    @Override
    public synchronized void close() throws IOException {
        listener.close();
        while (!held.isEmpty()) {
            held.remove().close();
        }
    }
}
