package dev.postrider.broker.transport.http;

import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.ProtocolException;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import java.util.function.Consumer;

/** Cuts a stream of bytes into lines that end in a line feed. Blank ones are dropped. Not thread-safe. */
final class LineSplitter {
    private final int lineBytesMax;
    private final Consumer<byte[]> lines;
    private byte[] begun = new byte[0];
    private int begunLength;

    LineSplitter(int lineBytesMax, Consumer<byte[]> lines) {
        this.lineBytesMax = lineBytesMax;
        this.lines = lines;
    }

    /** How many bytes of a line that has not ended are held. */
    int held() {
        return begunLength;
    }

    void take(Buffer chunk) {
        byte[] bytes = chunk.getBytes();
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                append(bytes, start, i);
                emit();
                start = i + 1;
            }
        }
        append(bytes, start, bytes.length);
    }

    /** The stream is over: what is left is a line too. */
    void end() {
        emit();
    }

    private void append(byte[] bytes, int start, int end) {
        int length = begunLength + end - start;
        if (length > lineBytesMax) {
            throw new ProtocolException(ProblemCode.MESSAGE_TOO_LARGE, "A line may have " + lineBytesMax + " bytes");
        }
        if (length > begun.length) {
            begun = Arrays.copyOf(begun, Math.min(lineBytesMax, Math.max(length, 2 * begun.length)));
        }
        System.arraycopy(bytes, start, begun, begunLength, end - start);
        begunLength = length;
    }

    private void emit() {
        byte[] line = Arrays.copyOf(begun, begunLength);
        begunLength = 0;
        if (!isBlank(line)) {
            lines.accept(line);
        }
    }

    private static boolean isBlank(byte[] line) {
        for (byte b : line) {
            if (b != ' ' && b != '\t' && b != '\r') {
                return false;
            }
        }
        return true;
    }
}
