package dev.postrider.broker.store.postgres;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Does one kind of harm when something passes by. */
final class FaultyProxy extends TcpProxy {
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

    private final AtomicInteger connections = new AtomicInteger();
    private volatile Fault fault = Fault.NONE;
    private volatile byte[] trigger = {};
    private volatile byte[] answer = {};

    FaultyProxy(DatabaseUrl.Host target) {
        super(target);
    }

    /** How many connections were made so far. */
    int connections() {
        return connections.get();
    }

    /**
     * Harms the next connection on which that passes: the text of a simple query, or a part of what a statement is
     * given.
     *
     * @param tag of the command that the answer to it says is complete
     */
    void arm(Fault next, String text, String tag) {
        trigger = (text + '\0').getBytes(StandardCharsets.US_ASCII);
        answer = (tag + '\0').getBytes(StandardCharsets.US_ASCII);
        fault = next;
    }

    @Override
    void serve(Socket client) throws IOException {
        connections.incrementAndGet();
        Link link = new Link();
        link(client, link::forward, link::answer);
    }

    /** One connection through the proxy. */
    private final class Link {
        /** Length of a simple query's type and size, before its text. */
        private static final int HEADER_BYTES = 5;

        private final CountDownLatch triggered = new CountDownLatch(1);
        private volatile boolean silent;
        private volatile boolean cutAtAnswer;

        boolean forward(byte[] bytes, int length, OutputStream out) throws IOException {
            int at = fault == Fault.NONE ? -1 : indexOf(trigger, bytes, length);
            if (at < 0) {
                out.write(bytes, 0, length);
                return true;
            }
            Fault now = fault;
            fault = Fault.NONE;
            int before = Math.max(0, at - HEADER_BYTES);
            silent = now == Fault.SILENCE;
            cutAtAnswer = now == Fault.CUT_AFTER;
            out.write(bytes, 0, before);
            if (now == Fault.CUT_BEFORE) {
                return false;
            }
            // What came before is answered first; the trigger must meet an idle line.
            out.flush();
            out.write(bytes, before, length - before);
            triggered.countDown();
            return true;
        }

        boolean answer(byte[] bytes, int length, OutputStream out) throws IOException, InterruptedException {
            if (fault == Fault.HOLD_ANSWERS) {
                triggered.await();
            }
            if (cutAtAnswer && indexOf(answer, bytes, length) >= 0) {
                return false;
            }
            if (!silent) {
                out.write(bytes, 0, length);
            }
            return true;
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
