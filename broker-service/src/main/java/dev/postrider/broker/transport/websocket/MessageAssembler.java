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
        /** A text message is complete: see {@link #takeText()}. */
        TEXT,
        /** A binary message is complete; it was not kept. */
        BINARY,
        TOO_LONG,
        NOT_UTF_8
    }

    private final int bytesMax;
    private Buffer parts = Buffer.buffer();
    private byte[] text = new byte[0];
    private boolean binary;
    private long length;
    private boolean partial;

    MessageAssembler(int bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** Takes a text, binary or continuation frame. */
    Outcome add(WebSocketFrame frame) {
        if (!frame.isContinuation()) {
            binary = frame.isBinary();
            length = 0;
            parts = Buffer.buffer();
        }
        length += frame.binaryData().length();
        partial = !frame.isFinal();
        if (length > bytesMax) {
            parts = Buffer.buffer();
            return Outcome.TOO_LONG;
        }
        if (!binary) {
            parts.appendBuffer(frame.binaryData());
        }
        if (!frame.isFinal()) {
            return Outcome.INCOMPLETE;
        }
        if (binary) {
            return Outcome.BINARY;
        }
        text = parts.getBytes();
        parts = Buffer.buffer();
        return isUtf8(text) ? Outcome.TEXT : Outcome.NOT_UTF_8;
    }

    /** The bytes that have come of a message that goes on; 0: there is none. */
    long partialLength() {
        return partial ? length : 0;
    }

    /** The text message that was completed last, as UTF-8. */
    byte[] takeText() {
        byte[] taken = text;
        text = new byte[0];
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
