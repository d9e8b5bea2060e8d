package dev.postrider.broker.store.postgres;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;

/** Counts bytes, and cuts a connection after a given one. */
final class CuttingProxy extends TcpProxy {
    /** Which way bytes go. */
    enum Way {
        TO_SERVER,
        TO_CLIENT
    }

    /** Guarded by this. */
    private final long[] passed = new long[2];
    /** Guarded by this; negative: no cut. */
    private final long[] left = {-1, -1};

    CuttingProxy(DatabaseUrl.Host target) {
        super(target);
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
    void serve(Socket client) throws IOException {
        link(
                client,
                (bytes, length, out) -> pass(Way.TO_SERVER, bytes, length, out),
                (bytes, length, out) -> pass(Way.TO_CLIENT, bytes, length, out));
    }

    private boolean pass(Way way, byte[] bytes, int length, OutputStream out) throws IOException {
        int allowed = allow(way, length);
        out.write(bytes, 0, allowed);
        return allowed == length;
    }

    private synchronized int allow(Way way, int bytes) {
        long allowed = left[way.ordinal()] < 0 ? bytes : Math.min(bytes, left[way.ordinal()]);
        if (left[way.ordinal()] >= 0) {
            left[way.ordinal()] = allowed < bytes ? -1 : left[way.ordinal()] - allowed;
        }
        passed[way.ordinal()] += allowed;
        return (int) allowed;
    }
}
