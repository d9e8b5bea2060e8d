package dev.postrider.broker.transport.websocket;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrame;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Puts the fragments of a client's messages together, up to a limit. Belongs to the socket's event loop. */
final class MessageAssembler {
    /** What a frame brought. */
    enum Outcome {
        /** There is more of the message to come. */
        INCOMPLETE,
        /** A message of the wanted kind is complete: see {@link #take()}. */
        COMPLETE,
        /** A message of the other kind is complete; it was not kept. */
        WRONG_KIND,
        TOO_LONG,
        NOT_UTF_8
    }

    private static final byte[] NOTHING = new byte[0];

    private final int bytesMax;
    private final boolean wantsBinary;
    /** The beginning of a message of the wanted kind that goes on. */
    private byte[] parts = NOTHING;

    private int kept;
    private byte[] message = NOTHING;
    private boolean binary;
    private long length;
    private boolean partial;
    private long begun;

    MessageAssembler(int bytesMax, boolean wantsBinary) {
        this.bytesMax = bytesMax;
        this.wantsBinary = wantsBinary;
    }

    /** Takes a text, binary or continuation frame. */
    Outcome add(WebSocketFrame frame) {
        if (!frame.isContinuation()) {
            binary = frame.isBinary();
            length = 0;
            begun++;
            drop();
        }
        length += frame.binaryData().length();
        partial = !frame.isFinal();
        if (length > bytesMax) {
            drop();
            return Outcome.TOO_LONG;
        }
        Buffer part = frame.binaryData();
        if (!frame.isFinal()) {
            keep(part);
            return Outcome.INCOMPLETE;
        }
        if (binary != wantsBinary) {
            return Outcome.WRONG_KIND;
        }
        message = joined(part);
        return binary || isUtf8(message) ? Outcome.COMPLETE : Outcome.NOT_UTF_8;
    }

    private void keep(Buffer part) {
        if (binary != wantsBinary) {
            return;
        }
        int needed = kept + part.length();
        if (needed > parts.length) {
            parts = Arrays.copyOf(parts, (int) Math.min(bytesMax, 2L * needed));
        }
        part.getBytes(parts, kept);
        kept = needed;
    }

    private byte[] joined(Buffer last) {
        if (kept == 0) {
            return last.getBytes();
        }
        byte[] whole = Arrays.copyOf(parts, kept + last.length());
        last.getBytes(whole, kept);
        drop();
        return whole;
    }

    private void drop() {
        parts = NOTHING;
        kept = 0;
    }

    /** The bytes that have come of a message that goes on; 0: there is none. */
    long partialLength() {
        return partial ? length : 0;
    }

    /** The messages whose first frame has come. */
    long begun() {
        return begun;
    }

    /** The message that was completed last; a text as UTF-8. */
    byte[] take() {
        byte[] taken = message;
        message = NOTHING;
        return taken;
    }

    private static boolean isUtf8(byte[] bytes) {
        for (byte b : bytes) {
            if (b < 0) {
                return isWellFormed(bytes);
            }
        }
        return true;
    }

    private static boolean isWellFormed(byte[] bytes) {
        try {
            var unused = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
