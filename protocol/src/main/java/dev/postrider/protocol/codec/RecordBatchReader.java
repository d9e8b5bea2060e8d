package dev.postrider.protocol.codec;

import dev.postrider.protocol.record.MessageRecord;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * The records of one or more batches, one behind the other, as a chunk stores them. Finds the records when it is
 * made, reads each when it is asked for. Immutable and safe for any thread. The layout is drawn at
 * {@link RecordBatchWriter}.
 */
public final class RecordBatchReader {
    private final byte[] bytes;
    /** Where each record's flags begin; one more entry for the end of the last record. */
    private final int[] starts;

    private final int[] ends;

    private RecordBatchReader(byte[] bytes, int[] starts, int[] ends) {
        this.bytes = bytes;
        this.starts = starts;
        this.ends = ends;
    }

    /**
     * Finds the records; does not copy {@code bytes}, which must not change any more.
     *
     * @throws RecordFormatException if the bytes are not one or more whole, unaltered batches
     */
    public static RecordBatchReader of(byte[] bytes) {
        int total = 0;
        for (int at = 0; at < bytes.length; at += RecordBatchWriter.HEADER_BYTES + intAt(bytes, at + 8)) {
            checkHeader(bytes, at);
            total = Math.addExact(total, intAt(bytes, at + 4));
        }
        if (total == 0) {
            throw new RecordFormatException("There is no batch");
        }
        int[] starts = new int[total];
        int[] ends = new int[total];
        int index = 0;
        for (int at = 0; at < bytes.length; ) {
            int next = at + RecordBatchWriter.HEADER_BYTES + intAt(bytes, at + 8);
            index = findRecords(bytes, at, next, starts, ends, index);
            at = next;
        }
        return new RecordBatchReader(bytes, starts, ends);
    }

    /** Number of records, 1 up. */
    public int count() {
        return starts.length;
    }

    /** Length of the record at {@code index} in bytes, without its length prefix. */
    public int length(int index) {
        return ends[index] - starts[index];
    }

    /** Length of all batches in bytes. */
    public int byteCount() {
        return bytes.length;
    }

    /**
     * Reads the record at {@code index}.
     *
     * @throws RecordFormatException if it is not well formed
     */
    public MessageRecord read(int index) {
        Cursor in = new Cursor(bytes, starts[index], ends[index]);
        int flags = in.u8() << 8 | in.u8();
        if ((flags & ~RecordFlags.ALL) != 0) {
            throw new RecordFormatException("Unknown flags " + Integer.toHexString(flags));
        }
        MessageRecord.Builder record = MessageRecord.builder();
        readProducerFields(in, flags, record);
        readBrokerFields(in, flags, record);
        return record.body(in.rest()).build();
    }

    private static void readProducerFields(Cursor in, int flags, MessageRecord.Builder record) {
        record.id(in.textIf(flags, RecordFlags.ID)).key(in.textIf(flags, RecordFlags.KEY));
        if ((flags & RecordFlags.CONTENT_TYPE) != 0) {
            int code = in.u8();
            record.contentType(code == ContentTypes.OTHER ? in.text() : ContentTypes.ofCode(code));
        }
        if ((flags & RecordFlags.PRIORITY) != 0) {
            int priority = in.u8();
            if (priority > MessageRecord.PRIORITY_MAX) {
                throw new RecordFormatException("Priority " + priority + " is above 9");
            }
            record.priority(priority);
        }
        if ((flags & RecordFlags.HEADERS) != 0) {
            for (long left = in.varint(); left > 0; left--) {
                record.header(in.text(), in.text());
            }
        }
        record.deliverAtMillis(in.varintIf(flags, RecordFlags.DELIVER_AT))
                .delayMillis(in.varintIf(flags, RecordFlags.DELAY))
                .ttlMillis(in.varintIf(flags, RecordFlags.TTL))
                .deduplicationKey(in.textIf(flags, RecordFlags.DEDUPLICATION_KEY));
    }

    private static void readBrokerFields(Cursor in, int flags, MessageRecord.Builder record) {
        record.publishedAtMillis(in.varintIf(flags, RecordFlags.PUBLISHED_AT));
        if ((flags & RecordFlags.FAILED) != 0) {
            record.attempts(in.count());
            long firstFailedAt = in.varint();
            record.firstFailedAtMillis(firstFailedAt == 0 ? MessageRecord.NONE : firstFailedAt);
        }
        record.topic(in.textIf(flags, RecordFlags.TOPIC));
    }

    /** CRC-32C of the first 12 bytes of the header at {@code at} and of the records behind it. */
    static int checksum(byte[] bytes, int at, int recordBytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, at, 12);
        crc.update(bytes, at + RecordBatchWriter.HEADER_BYTES, recordBytes);
        return (int) crc.getValue();
    }

    private static void checkHeader(byte[] bytes, int at) {
        int left = bytes.length - at;
        if (left < RecordBatchWriter.HEADER_BYTES) {
            throw new RecordFormatException("A batch header is cut short");
        }
        if (bytes[at] != RecordBatchWriter.MAGIC_0 || bytes[at + 1] != RecordBatchWriter.MAGIC_1) {
            throw new RecordFormatException("This is not a record batch");
        }
        if (bytes[at + 2] != RecordBatchWriter.VERSION) {
            throw new RecordFormatException("Unknown batch version " + bytes[at + 2]);
        }
        if (bytes[at + 3] != 0) {
            throw new RecordFormatException("Unknown compression " + bytes[at + 3]);
        }
        int count = intAt(bytes, at + 4);
        int length = intAt(bytes, at + 8);
        // A record takes at least its length and its flags, so a count beyond a third of the bytes is a lie.
        if (length < 0 || length > left - RecordBatchWriter.HEADER_BYTES || count < 1 || count > length / 3) {
            throw new RecordFormatException("A batch says " + count + " records in " + length + " bytes of " + left);
        }
        if (intAt(bytes, at + 12) != checksum(bytes, at, length)) {
            throw new RecordFormatException("The batch's checksum does not fit");
        }
    }

    private static int findRecords(byte[] bytes, int at, int end, int[] starts, int[] ends, int first) {
        Cursor in = new Cursor(bytes, at + RecordBatchWriter.HEADER_BYTES, end);
        int last = first + intAt(bytes, at + 4);
        for (int index = first; index < last; index++) {
            int length = in.length();
            starts[index] = in.position();
            in.skip(length);
            ends[index] = in.position();
        }
        if (in.position() != end) {
            throw new RecordFormatException("A batch has bytes behind its last record");
        }
        return last;
    }

    private static int intAt(byte[] bytes, int at) {
        if (at + 4 > bytes.length) {
            throw new RecordFormatException("A batch header is cut short");
        }
        return (bytes[at] & 0xff) << 24
                | (bytes[at + 1] & 0xff) << 16
                | (bytes[at + 2] & 0xff) << 8
                | bytes[at + 3] & 0xff;
    }

    /** Walks over a range of bytes and never leaves it. */
    private static final class Cursor {
        private static final char REPLACEMENT = '\uFFFD';

        private final byte[] bytes;
        private final int end;
        private int position;

        Cursor(byte[] bytes, int start, int end) {
            this.bytes = bytes;
            this.position = start;
            this.end = end;
        }

        int position() {
            return position;
        }

        int u8() {
            if (position >= end) {
                throw new RecordFormatException("A record is cut short");
            }
            return bytes[position++] & 0xff;
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
            throw new RecordFormatException("A varint is too long");
        }

        int count() {
            long count = varint();
            if (count > Integer.MAX_VALUE) {
                throw new RecordFormatException("A count of " + count + " is out of bounds");
            }
            return (int) count;
        }

        int length() {
            long length = varint();
            if (length > end - position) {
                throw new RecordFormatException("A length reaches beyond the record");
            }
            return (int) length;
        }

        void skip(int length) {
            position += length;
        }

        String text() {
            int length = length();
            String text = new String(bytes, position, length, StandardCharsets.UTF_8);
            if (text.indexOf(REPLACEMENT) >= 0) {
                requireWellFormed(position, length);
            }
            position += length;
            return text;
        }

        /** Tells a replacement character that was written from one that stands for bytes which are not UTF-8. */
        private void requireWellFormed(int start, int length) {
            try {
                var unused = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, start, length));
            } catch (CharacterCodingException e) {
                throw new RecordFormatException("A text is not UTF-8");
            }
        }

        String textIf(int flags, int flag) {
            return (flags & flag) == 0 ? null : text();
        }

        long varintIf(int flags, int flag) {
            return (flags & flag) == 0 ? MessageRecord.NONE : varint();
        }

        byte[] rest() {
            byte[] rest = new byte[end - position];
            System.arraycopy(bytes, position, rest, 0, rest.length);
            position = end;
            return rest;
        }
    }
}
