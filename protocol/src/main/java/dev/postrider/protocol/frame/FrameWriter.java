package dev.postrider.protocol.frame;

import dev.postrider.protocol.codec.RecordBatchReader;
import dev.postrider.protocol.codec.RecordBatchWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Writes the frames of one message, one behind the other, into an array that grows. Not thread-safe; empty again after
 * {@link #take()}.
 */
public final class FrameWriter {
    /** Length of a frame's head: its type, and the length of what follows. */
    public static final int HEADER_BYTES = 1 + Integer.BYTES;

    /** Of a batch that is to be compressed: as far back as LZ4 looks, and little enough to be delivered as a whole. */
    private static final int COMPRESSED_BYTES = 64 * 1024;

    private static final int INITIAL_BYTES = 512;
    private static final byte[] NOTHING = new byte[0];

    private byte[] bytes = NOTHING;
    private int position;
    private int frame = -1;

    /** Bytes of all frames so far. */
    public int size() {
        return position;
    }

    public boolean isEmpty() {
        return position == 0;
    }

    /** What {@link #take()} returns: frames in the first {@code length} bytes of an array that is nobody else's. */
    public record Message(byte[] bytes, int length) {}

    /** Hands over what was written, and starts anew. */
    public Message take() {
        Message message = new Message(bytes, position);
        bytes = NOTHING;
        position = 0;
        return message;
    }

    FrameWriter begin(FrameType type) {
        reserve(HEADER_BYTES);
        frame = position;
        bytes[position] = (byte) type.code();
        position += HEADER_BYTES;
        return this;
    }

    void end() {
        int length = position - frame - HEADER_BYTES;
        putInt(frame + 1, length);
        frame = -1;
    }

    /** Ends a frame with a checksum of its contents. */
    void endWithSum() {
        CRC32C crc = new CRC32C();
        int contents = frame + HEADER_BYTES;
        crc.update(bytes, contents, position - contents);
        i32((int) crc.getValue());
        end();
    }

    FrameWriter u8(int value) {
        reserve(1);
        bytes[position++] = (byte) value;
        return this;
    }

    FrameWriter i32(int value) {
        reserve(Integer.BYTES);
        putInt(position, value);
        position += Integer.BYTES;
        return this;
    }

    FrameWriter i64(long value) {
        return i32((int) (value >>> 32)).i32((int) value);
    }

    FrameWriter varint(long value) {
        if (value < 0) {
            throw new IllegalArgumentException("A varint is 0 up, was " + value);
        }
        reserve(9);
        long rest = value;
        while (rest >= 0x80) {
            bytes[position++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[position++] = (byte) rest;
        return this;
    }

    FrameWriter text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return varint(utf8.length).raw(utf8, 0, utf8.length);
    }

    FrameWriter raw(byte[] from, int offset, int length) {
        reserve(length);
        System.arraycopy(from, offset, bytes, position, length);
        position += length;
        return this;
    }

    /** A batch of records that lie behind one another in another one. */
    FrameWriter batch(RecordBatchReader records, int first, int count) {
        int length = records.batchLength(first, count);
        reserve(length);
        records.copyBatch(first, count, bytes, position);
        position += length;
        return this;
    }

    /** Batches of records that are encoded each by itself. */
    FrameWriter batches(List<byte[]> records, boolean compressed) {
        int bytesMax = compressed ? COMPRESSED_BYTES : Integer.MAX_VALUE;
        for (int from = 0; from < records.size(); ) {
            from = batch(records, from, bytesMax, compressed);
        }
        return this;
    }

    /** A batch of the records from there on, as many as fit; answers where the next begins. */
    private int batch(List<byte[]> records, int from, int bytesMax, boolean compressed) {
        reserve(RecordBatchWriter.HEADER_BYTES);
        int head = position;
        int start = head + RecordBatchWriter.HEADER_BYTES;
        position = start;
        int next = from;
        do {
            byte[] record = records.get(next++);
            raw(record, 0, record.length);
        } while (next < records.size() && position - start + records.get(next).length <= bytesMax);
        RecordBatchWriter.writeHeader(bytes, head, next - from, position - start);
        if (compressed) {
            position = head + RecordBatchWriter.compress(bytes, head, position - head);
        }
        return next;
    }

    private void putInt(int at, int value) {
        bytes[at] = (byte) (value >>> 24);
        bytes[at + 1] = (byte) (value >>> 16);
        bytes[at + 2] = (byte) (value >>> 8);
        bytes[at + 3] = (byte) value;
    }

    /** Makes room for {@code more} bytes, so that the array need not grow step by step. */
    void reserve(int more) {
        int needed = Math.addExact(position, more);
        if (needed > bytes.length) {
            long doubled = Math.max(INITIAL_BYTES, bytes.length * 2L);
            bytes = Arrays.copyOf(bytes, (int) Math.max(needed, Math.min(Integer.MAX_VALUE - 8L, doubled)));
        }
    }
}
