package dev.postrider.broker.transport.websocket;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrame;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

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

    private final int bytesMax;
    private final boolean wantsBinary;
    private Buffer parts;
    private byte[] message = new byte[0];
    private boolean binary;
    private long length;
    private boolean partial;

    MessageAssembler(int bytesMax, boolean wantsBinary) {
        this.bytesMax = bytesMax;
        this.wantsBinary = wantsBinary;
    }

    /** Takes a text, binary or continuation frame. */
    Outcome add(WebSocketFrame frame) {
        if (!frame.isContinuation()) {
            binary = frame.isBinary();
            length = 0;
            parts = null;
        }
        length += frame.binaryData().length();
        partial = !frame.isFinal();
        if (length > bytesMax) {
            parts = null;
            return Outcome.TOO_LONG;
        }
        if (!frame.isFinal()) {
            keep(frame.binaryData());
            return Outcome.INCOMPLETE;
        }
        if (binary != wantsBinary) {
            return Outcome.WRONG_KIND;
        }
        message = parts == null
                ? frame.binaryData().getBytes()
                : parts.appendBuffer(frame.binaryData()).getBytes();
        parts = null;
        return binary || isUtf8(message) ? Outcome.COMPLETE : Outcome.NOT_UTF_8;
    }

    private void keep(Buffer part) {
        if (binary == wantsBinary) {
            parts = (parts == null ? Buffer.buffer() : parts).appendBuffer(part);
        }
    }

    /** The bytes that have come of a message that goes on; 0: there is none. */
    long partialLength() {
        return partial ? length : 0;
    }

    /** The message that was completed last; a text as UTF-8. */
    byte[] take() {
        byte[] taken = message;
        message = new byte[0];
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
