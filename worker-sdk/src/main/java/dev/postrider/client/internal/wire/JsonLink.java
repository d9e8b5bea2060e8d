package dev.postrider.client.internal.wire;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketFrame;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** A WebSocket that speaks {@code postrider.v1.json}. */
final class JsonLink implements Link {
    private static final int ONE_FRAME_BYTES_MAX = SocketLife.FRAME_BYTES_MAX / 2;
    private static final int ONE_FRAME_CHARS_MAX = SocketLife.FRAME_BYTES_MAX / 4;
    private static final short PROTOCOL_ERROR = 1002;

    private final WebSocket socket;
    private final SocketLife life;
    private final LinkListener listener;

    JsonLink(WebSocket socket, LinkListener listener) {
        this.socket = socket;
        this.listener = listener;
        this.life = new SocketLife(socket, listener);
        socket.textMessageHandler(this::read);
    }

    private void read(String text) {
        try {
            JsonFrameReader.read(text, listener);
        } catch (IOException e) {
            life.close(PROTOCOL_ERROR, "not a frame");
        }
    }

    @Override
    public void publish(long id, Target target, List<byte[]> messages) {
        Buffer rest = Buffer.buffer();
        for (int i = 0; i < messages.size(); i++) {
            if (i > 0) {
                rest.appendByte((byte) ',');
            }
            rest.appendBytes(messages.get(i));
        }
        rest.appendString("]}");
        write(JsonFrames.publishHead(id, target), rest);
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
    public void settle(long id, SettleCommand command, List<WireMessage> messages) {
        write(JsonFrames.settle(
                id, command, messages.stream().map(WireMessage::receipt).toList()));
    }

    @Override
    public void ping() {
        life.ping();
    }

    @Override
    public boolean isWritable() {
        return life.isWritable();
    }

    @Override
    public void close() {
        life.close();
    }

    @Override
    public void abort() {
        life.abort();
    }

    private void write(String text) {
        if (text.length() < ONE_FRAME_CHARS_MAX && !socket.isClosed()) {
            SocketLife.ignore(socket.writeFinalTextFrame(text));
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
            SocketLife.ignore(socket.writeFinalTextFrame(head + rest.toString(StandardCharsets.UTF_8)));
            return;
        }
        SocketLife.ignore(socket.writeFrame(WebSocketFrame.textFrame(head, false)));
        life.writeRest(rest, 0);
    }
}
