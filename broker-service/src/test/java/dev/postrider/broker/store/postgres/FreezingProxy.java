package dev.postrider.broker.store.postgres;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;

/**
 * Can freeze, as a server under SIGSTOP or behind a dead link does: what is open stays open, connections are accepted,
 * and not a byte passes.
 */
final class FreezingProxy extends TcpProxy {
    private final Object gate = new Object();
    /** Guarded by gate. */
    private boolean frozen;

    FreezingProxy(DatabaseUrl.Host target) {
        super(target);
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

    @Override
    public void close() {
        thaw();
        super.close();
    }

    @Override
    void serve(Socket client) throws IOException, InterruptedException {
        awaitThaw();
        link(client, this::pass, this::pass);
    }

    private boolean pass(byte[] bytes, int length, OutputStream out) throws IOException, InterruptedException {
        awaitThaw();
        out.write(bytes, 0, length);
        return true;
    }

    private void awaitThaw() throws InterruptedException {
        synchronized (gate) {
            while (frozen) {
                gate.wait();
            }
        }
    }
}
