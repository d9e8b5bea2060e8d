package dev.postrider.client.internal.wire;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketFrame;

/** What a link has of its socket, whatever is spoken on it: its beginning, its signs of life, and its end. */
final class SocketLife {
    /** Every server takes frames of that size; longer messages go in several. */
    static final int FRAME_BYTES_MAX = 64 * 1024;

    private static final short NORMAL = 1000;
    private static final int NO_STATUS = -1;

    private final WebSocket socket;
    private final LinkListener listener;
    private boolean gone;

    SocketLife(WebSocket socket, LinkListener listener) {
        this.socket = socket;
        this.listener = listener;
        // Also for each part of a long message, and for pings.
        socket.frameHandler(frame -> listener.onSignOfLife());
        socket.pongHandler(payload -> listener.onSignOfLife());
        socket.drainHandler(ignored -> listener.onWritable());
        // A close handler follows; without this one, Vert.x would log the failure as unhandled.
        socket.exceptionHandler(failure -> {});
        socket.closeHandler(ignored -> {
            Short status = socket.closeStatusCode();
            gone(status == null ? NO_STATUS : status, socket.closeReason());
        });
    }

    private void gone(int status, String reason) {
        if (!gone) {
            gone = true;
            listener.onClosed(status, reason);
        }
    }

    /** Writes a binary message, in as many frames as it takes. */
    void write(Buffer message) {
        if (socket.isClosed()) {
            return;
        }
        if (message.length() <= FRAME_BYTES_MAX) {
            ignore(socket.writeFinalBinaryFrame(message));
            return;
        }
        ignore(socket.writeFrame(WebSocketFrame.binaryFrame(message.slice(0, FRAME_BYTES_MAX), false)));
        writeRest(message, FRAME_BYTES_MAX);
    }

    /** Writes what follows the first frame of a message. */
    void writeRest(Buffer message, int start) {
        for (int from = start; from < message.length(); from += FRAME_BYTES_MAX) {
            int to = Math.min(message.length(), from + FRAME_BYTES_MAX);
            ignore(socket.writeFrame(
                    WebSocketFrame.continuationFrame(message.slice(from, to), to == message.length())));
        }
    }

    void ping() {
        if (!socket.isClosed()) {
            ignore(socket.writePing(Buffer.buffer("postrider")));
        }
    }

    boolean isWritable() {
        return !socket.isClosed() && !socket.writeQueueFull();
    }

    void close() {
        close(NORMAL, null);
    }

    void close(short status, String reason) {
        if (!socket.isClosed()) {
            ignore(socket.close(status, reason));
        }
    }

    void abort() {
        // Nobody may be there to answer a close frame. Vert.x drops the socket in its own time; what waits here must
        // know now.
        gone(NO_STATUS, "no sign of life");
        close();
    }

    /** A write that fails is followed by the close of its socket, which is what is listened to. */
    static void ignore(Future<Void> written) {
        written.onFailure(failure -> {});
    }
}
