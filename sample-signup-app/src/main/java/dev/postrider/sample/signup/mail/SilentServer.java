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
    private static final long STOP_MILLIS_MAX = 5_000;

    private final ServerSocket listener;
    private final Thread thread = new Thread(this::accept, "silent-smtp");
    private final Deque<Socket> held = new ArrayDeque<>();

    private SilentServer(ServerSocket listener) {
        this.listener = listener;
    }

    static SilentServer start(int port) throws IOException {
        SilentServer server = new SilentServer(new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress()));
        server.thread.setDaemon(true);
        server.thread.start();
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

    /** Returns when the port is free again: the system keeps it while a thread is still accepting on it. */
    @Override
    public void close() throws IOException {
        listener.close();
        try {
            thread.join(STOP_MILLIS_MAX);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        release();
    }

    private synchronized void release() throws IOException {
        while (!held.isEmpty()) {
            held.remove().close();
        }
    }
}
