package dev.postrider.broker.transport.websocket;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrame;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

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
    /** Parts are gathered in pieces of this size, so that what is held is hardly more than what has come. */
    private static final int PIECE_BYTES = 64 * 1024;

    private final int bytesMax;
    private final boolean wantsBinary;
    /** The beginning of a message of the wanted kind that goes on: full pieces, and the last one. */
    private final List<byte[]> pieces = new ArrayList<>();

    private byte[] piece = NOTHING;
    private int pieceLength;
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
        int from = 0;
        while (from < part.length()) {
            makeRoom(part.length() - from);
            int length = Math.min(part.length() - from, piece.length - pieceLength);
            part.getBytes(from, from + length, piece, pieceLength);
            pieceLength += length;
            from += length;
        }
        kept += part.length();
    }

    private void makeRoom(int wanted) {
        if (pieceLength < piece.length) {
            return;
        }
        if (pieceLength == PIECE_BYTES) {
            pieces.add(piece);
            piece = NOTHING;
            pieceLength = 0;
        }
        piece = Arrays.copyOf(piece, Math.min(PIECE_BYTES, Math.max(2 * pieceLength, pieceLength + wanted)));
    }

    private byte[] joined(Buffer last) {
        if (kept == 0) {
            return last.getBytes();
        }
        byte[] whole = new byte[kept + last.length()];
        int length = 0;
        for (byte[] full : pieces) {
            System.arraycopy(full, 0, whole, length, full.length);
            length += full.length;
        }
        System.arraycopy(piece, 0, whole, length, pieceLength);
        last.getBytes(whole, kept);
        drop();
        return whole;
    }

    /** Lets go of what has come of a message that goes on, of which nothing more is to be added. */
    void drop() {
        pieces.clear();
        piece = NOTHING;
        pieceLength = 0;
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
