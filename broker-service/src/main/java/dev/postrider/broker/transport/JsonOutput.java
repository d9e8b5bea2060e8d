package dev.postrider.broker.transport;

import com.fasterxml.jackson.core.JsonGenerator;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;

/** Writes JSON documents into buffers, in one line each. */
public final class JsonOutput {
    private static final DateTimeFormatter INSTANT =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    private JsonOutput() {}

    /** Writes one value. */
    @FunctionalInterface
    public interface Content {
        void write(JsonGenerator out) throws IOException;
    }

    /** The document that {@code content} writes. */
    public static Buffer write(Content content) {
        Buffer buffer = Buffer.buffer();
        try (JsonGenerator out = JsonText.FACTORY.createGenerator(new BufferOutput(buffer))) {
            content.write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return buffer;
    }

    /** Milliseconds since 1970 as RFC 3339 in UTC with milliseconds. */
    public static String instant(long millis) {
        return INSTANT.format(Instant.ofEpochMilli(millis));
    }

    private static final class BufferOutput extends OutputStream {
        private final Buffer buffer;

        BufferOutput(Buffer buffer) {
            this.buffer = buffer;
        }

        @Override
        public void write(int b) {
            buffer.appendByte((byte) b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            buffer.appendBytes(bytes, offset, length);
        }
    }
}
