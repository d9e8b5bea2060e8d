package dev.postrider.protocol.frame;

import dev.postrider.protocol.codec.Utf8;
import java.nio.charset.CharacterCodingException;
import java.util.Objects;
import java.util.zip.CRC32C;

/**
 * Walks over the frames of one message, and over the parts of one frame at a time. Never leaves the frame, and makes
 * no room for more than the bytes at hand justify. Not thread-safe.
 */
public final class FrameReader {
    private final byte[] bytes;
    private final int messageEnd;
    private int next;
    private int start;
    private int end;
    private int position;
    private FrameType type;

    /** Reads the frames between {@code from} and {@code to}. Does not copy the array. */
    public FrameReader(byte[] bytes, int from, int to) {
        Objects.checkFromToIndex(from, to, bytes.length);
        this.bytes = bytes;
        this.next = from;
        this.messageEnd = to;
    }

    public FrameReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    /**
     * Goes to the next frame, wherever it stands in the present one. False: there is none.
     *
     * @throws FrameFormatException if the rest of the message is no frame: there is no next one to go to then
     */
    public boolean next() {
        if (next == messageEnd) {
            return false;
        }
        int head = next;
        next = messageEnd;
        type = null;
        start = position = end = messageEnd;
        if (messageEnd - head < FrameWriter.HEADER_BYTES) {
            throw new FrameFormatException("A frame's head is cut short");
        }
        int length = intAt(head + 1);
        int contents = head + FrameWriter.HEADER_BYTES;
        if (length < 0 || length > messageEnd - contents) {
            throw new FrameFormatException("A frame reaches beyond its message");
        }
        type = FrameType.ofCode(bytes[head] & 0xff);
        start = position = contents;
        end = next = contents + length;
        return true;
    }

    /** Of the present frame; null if it is not known. */
    public FrameType type() {
        return type;
    }

    /** Length of the present frame in bytes, without its head. */
    public int length() {
        return end - start;
    }

    /** The array of which the frame is a part. */
    byte[] bytes() {
        return bytes;
    }

    int position() {
        return position;
    }

    int end() {
        return end;
    }

    /** Back to the frame's beginning. */
    void rewind() {
        position = start;
    }

    int left() {
        return end - position;
    }

    int u8() {
        require(1);
        return bytes[position++] & 0xff;
    }

    int u16() {
        return u8() << 8 | u8();
    }

    int i32() {
        require(Integer.BYTES);
        position += Integer.BYTES;
        return intAt(position - Integer.BYTES);
    }

    long i64() {
        return (long) i32() << 32 | i32() & 0xffff_ffffL;
    }

    long varint() {
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            int b = u8();
            value |= (long) (b & 0x7f) << shift;
            if (b < 0x80) {
                return value;
            }
        }
        throw new FrameFormatException("A varint is too long");
    }

    /** A varint with bounds. */
    int count(String what, int min, int max) {
        return (int) number(what, min, max);
    }

    /** A varint with bounds. */
    long number(String what, long min, long max) {
        long value = varint();
        if (value < min || value > max) {
            throw new FrameFormatException("'" + what + "' must be " + min + " to " + max);
        }
        return value;
    }

    /** UTF-8 of at most {@code bytesMax} bytes behind its length. */
    String text(String what, int bytesMax) {
        int length = count(what, 0, Integer.MAX_VALUE);
        if (length > bytesMax) {
            throw new FrameFormatException("'" + what + "' has more than " + bytesMax + " bytes");
        }
        require(length);
        try {
            String text = Utf8.read(bytes, position, length);
            position += length;
            return text;
        } catch (CharacterCodingException e) {
            throw new FrameFormatException("'" + what + "' is not UTF-8");
        }
    }

    void skip(int length) {
        require(length);
        position += length;
    }

    /** The frame must end here. */
    void requireEnd() {
        if (position != end) {
            throw new FrameFormatException("A frame has bytes behind its end");
        }
    }

    /** Cuts the checksum off the frame's end, and holds it against what stands before it. */
    void checkSum() {
        if (left() < Integer.BYTES) {
            throw new FrameFormatException("A frame's checksum is cut short");
        }
        end -= Integer.BYTES;
        CRC32C crc = new CRC32C();
        crc.update(bytes, start, end - start);
        if ((int) crc.getValue() != intAt(end)) {
            throw new FrameFormatException("A frame's checksum does not fit");
        }
    }

    private void require(int length) {
        if (length > end - position) {
            throw new FrameFormatException("A frame is cut short");
        }
    }

    private int intAt(int at) {
        return (bytes[at] & 0xff) << 24
                | (bytes[at + 1] & 0xff) << 16
                | (bytes[at + 2] & 0xff) << 8
                | bytes[at + 3] & 0xff;
    }
}
