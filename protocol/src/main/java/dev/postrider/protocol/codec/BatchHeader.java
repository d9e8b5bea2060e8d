package dev.postrider.protocol.codec;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** The header of a batch, as it is drawn at {@link RecordBatchWriter}. */
final class BatchHeader {
    static final int BYTES = 16;
    static final byte PLAIN = 0;
    static final byte LZ4 = 1;

    private static final byte MAGIC_0 = 'P';
    private static final byte MAGIC_1 = 'R';
    private static final byte VERSION = 1;
    private static final int SUMMED_BYTES = 12;

    private BatchHeader() {}

    /**
     * Writes the header of what stands behind it already.
     *
     * @param at where it goes; {@code length} bytes with {@code count} records begin {@link #BYTES} further
     */
    static void write(byte[] target, int at, byte compression, int count, int length) {
        writeUnsummed(target, at, compression, count, length);
        ByteBuffer.wrap(target).putInt(at + SUMMED_BYTES, sum(target, at, length));
    }

    /** As {@link #write}, for what is read by nobody who checks it. */
    static void writeUnsummed(byte[] target, int at, byte compression, int count, int length) {
        target[at] = MAGIC_0;
        target[at + 1] = MAGIC_1;
        target[at + 2] = VERSION;
        target[at + 3] = compression;
        ByteBuffer.wrap(target).putInt(at + 4, count).putInt(at + 8, length);
    }

    static int count(byte[] bytes, int at) {
        return intAt(bytes, at + 4);
    }

    /** Length in bytes of what stands behind the header. */
    static int length(byte[] bytes, int at) {
        return intAt(bytes, at + 8);
    }

    static boolean isCompressed(byte[] bytes, int at) {
        return bytes[at + 3] != PLAIN;
    }

    /** Length in bytes of the records once they are not compressed any more. */
    static int expandedLength(byte[] bytes, int at) {
        return isCompressed(bytes, at) ? intAt(bytes, at + BYTES) : length(bytes, at);
    }

    /**
     * Makes sure that a whole, unaltered batch begins there.
     *
     * @throws RecordFormatException if not
     */
    static void check(byte[] bytes, int at, int to) {
        int left = to - at;
        if (left < BYTES) {
            throw new RecordFormatException("A batch header is cut short");
        }
        if (bytes[at] != MAGIC_0 || bytes[at + 1] != MAGIC_1) {
            throw new RecordFormatException("This is not a record batch");
        }
        if (bytes[at + 2] != VERSION) {
            throw new RecordFormatException("Unknown batch version " + bytes[at + 2]);
        }
        if (bytes[at + 3] != PLAIN && bytes[at + 3] != LZ4) {
            throw new RecordFormatException("Unknown compression " + bytes[at + 3]);
        }
        int length = length(bytes, at);
        if (length < 0 || length > left - BYTES || isCompressed(bytes, at) && length < Lz4.HEAD_BYTES) {
            throw new RecordFormatException("A batch says that it has " + length + " bytes of " + left);
        }
        if (intAt(bytes, at + SUMMED_BYTES) != sum(bytes, at, length)) {
            throw new RecordFormatException("The batch's checksum does not fit");
        }
        int expanded = expandedLength(bytes, at);
        if (isCompressed(bytes, at)) {
            Lz4.checkExpanded(expanded, length);
        }
        int count = count(bytes, at);
        // A record takes at least its length and its flags, so a count beyond a third of the bytes is a lie.
        if (count < 1 || count > expanded / 3) {
            throw new RecordFormatException("A batch says that it has " + count + " records in " + expanded + " bytes");
        }
    }

    /** CRC-32C of the header before its sum, and of what stands behind it. */
    static int sum(byte[] bytes, int at, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, at, SUMMED_BYTES);
        crc.update(bytes, at + BYTES, length);
        return (int) crc.getValue();
    }

    private static int intAt(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 24
                | (bytes[at + 1] & 0xff) << 16
                | (bytes[at + 2] & 0xff) << 8
                | bytes[at + 3] & 0xff;
    }
}
