package dev.postrider.client.internal.wire;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketFrame;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** A WebSocket that speaks {@code postrider.v1.json}. */
final class JsonLink implements Link {
    /** Every server takes frames of that size; longer messages go in several. */
    private static final int FRAME_BYTES_MAX = 64 * 1024;

    private static final int ONE_FRAME_BYTES_MAX = FRAME_BYTES_MAX / 2;
    private static final int ONE_FRAME_CHARS_MAX = FRAME_BYTES_MAX / 4;
    private static final short PROTOCOL_ERROR = 1002;
    private static final int NO_STATUS = -1;

    private final WebSocket socket;
    private final LinkListener listener;
    private boolean gone;

    JsonLink(WebSocket socket, LinkListener listener) {
        this.socket = socket;
        this.listener = listener;
        socket.textMessageHandler(this::read);
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

    private void read(String text) {
        try {
            JsonFrameReader.read(text, listener);
        } catch (IOException e) {
            close(PROTOCOL_ERROR, "not a frame");
        }
    }

    @Override
    public void publish(long id, String queue, List<byte[]> messages) {
        Buffer rest = Buffer.buffer();
        for (int i = 0; i < messages.size(); i++) {
            if (i > 0) {
                rest.appendByte((byte) ',');
            }
            rest.appendBytes(messages.get(i));
        }
        rest.appendString("]}");
        write(JsonFrames.publishHead(id, queue), rest);
    }

    @Override
    public void subscribe(long id, String queue, long credit, Duration lease) {
        write(JsonFrames.subscribe(id, queue, credit, lease));
    }

    @Override
    public void credit(long id, long add) {
        write(JsonFrames.credit(id, add));
    }

    @Override
    public void unsubscribe(long id) {
        write(JsonFrames.unsubscribe(id));
    }

    @Override
    public void settle(long id, SettleCommand command, List<String> receipts) {
        write(JsonFrames.settle(id, command, receipts));
    }

    @Override
    public void ping() {
        if (!socket.isClosed()) {
            ignore(socket.writePing(Buffer.buffer("postrider")));
        }
    }

    @Override
    public boolean isWritable() {
        return !socket.isClosed() && !socket.writeQueueFull();
    }

    @Override
    public void close() {
        close((short) 1000, null);
    }

    @Override
    public void abort() {
        // Nobody may be there to answer a close frame. Vert.x drops the socket in its own time; what waits here must
        // know now.
        gone(NO_STATUS, "no sign of life");
        close();
    }

    private void gone(int status, String reason) {
        if (!gone) {
            gone = true;
            listener.onClosed(status, reason);
        }
    }

    private void close(short status, String reason) {
        if (!socket.isClosed()) {
            ignore(socket.close(status, reason));
        }
    }

    private void write(String text) {
        if (text.length() < ONE_FRAME_CHARS_MAX && !socket.isClosed()) {
            ignore(socket.writeFinalTextFrame(text));
            return;
        }
        // Cut after the brace: the first frame of a long text must not be empty, which Vert.x cannot join.
        write(text.substring(0, 1), Buffer.buffer(text.substring(1)));
    }

    /** Writes one text: in one frame if that suffices, so that bytes are not turned into a string without need. */
    private void write(String head, Buffer rest) {
        if (socket.isClosed()) {
            return;
        }
        if (rest.length() < ONE_FRAME_BYTES_MAX) {
            ignore(socket.writeFinalTextFrame(head + rest.toString(StandardCharsets.UTF_8)));
            return;
        }
        ignore(socket.writeFrame(WebSocketFrame.textFrame(head, false)));
        for (int from = 0; from < rest.length(); from += FRAME_BYTES_MAX) {
            int to = Math.min(rest.length(), from + FRAME_BYTES_MAX);
            ignore(socket.writeFrame(WebSocketFrame.continuationFrame(rest.slice(from, to), to == rest.length())));
        }
    }

    /** A write that fails is followed by the close of its socket, which is what is listened to. */
    private static void ignore(Future<Void> written) {
        written.onFailure(failure -> {});
    }
}
