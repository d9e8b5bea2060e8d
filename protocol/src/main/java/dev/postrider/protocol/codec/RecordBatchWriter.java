package dev.postrider.protocol.codec;

import dev.postrider.protocol.record.MessageRecord;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/**
 * Writes a record batch, or several where compressed ones are passed on. Not thread-safe; reusable after {@link
 * #finish()}. Integers are big-endian, {@code varint} is unsigned LEB128 of at most 5 bytes (9 for times), text is
 * UTF-8 after its length in bytes as a varint.
 *
 * <pre>
 * batch
 *  0  u8[2]  magic 'P' 'R'
 *  2  u8     version, 1
 *  3  u8     compression of the records: 0 none, 1 LZ4
 *  4  i32    number of records, 1 up
 *  8  i32    length in bytes of what follows the header
 * 12  u32    CRC-32C of bytes 0 to 11 and of what follows
 * 16  …      records, one after the other; of compression 1: their length as i32, at most 1 MiB, then one LZ4 block
 *
 * record
 *     varint length in bytes of what follows
 *     u16    flags, a bit for each field that is present, in this order
 *  0  text   id, where the producer chose one or the record has moved
 *  1  text   ordering key
 *  2  u8     content type code; 0 is followed by the content type as text. Absent: application/octet-stream
 *  3  u8     priority, 1 to 9. Absent: 0
 *  4  varint number of headers, then name and value as text for each
 *  5  varint deliver-at, milliseconds since 1970
 *  6  varint delay in milliseconds after publishing
 *  7  varint time to live in milliseconds after publishing
 *  8  text   deduplication key
 *  9  varint published-at, milliseconds since 1970. Absent: the time in the id of the chunk that holds the record
 * 10  varint attempts already made, then varint first-failed-at, milliseconds since 1970 (0: never)
 * 11  text   topic
 *     …      body: the rest
 * </pre>
 */
public final class RecordBatchWriter {
    /** Length of a batch's header in bytes. */
    public static final int HEADER_BYTES = BatchHeader.BYTES;

    private static final int INITIAL_BYTES = 1024;
    /** Enough for the length varint of any record; the record is moved left when fewer were needed. */
    private static final int LENGTH_BYTES_MAX = 5;

    /** Room for a record's fields beside its body, as a guess, and for a header. */
    private static final int RECORD_BYTES = 128;

    private byte[] bytes;
    private int position = HEADER_BYTES;
    private int count;
    /** Where the batch begins that is being written, and its records so far. */
    private int batch;

    private int batchCount;
    private int flags;
    /** How much longer the compressed batches are when they are not. */
    private int packedAway;

    public RecordBatchWriter() {
        this(INITIAL_BYTES);
    }

    private RecordBatchWriter(int initialBytes) {
        bytes = new byte[initialBytes];
    }

    /**
     * Appends a record. Its texts are Unicode: a surrogate without its other half is written as {@code ?}.
     *
     * @throws IllegalStateException if the batch would have more than 2 GiB; it is then as it was before
     */
    public void append(MessageRecord record) {
        int start = position;
        try {
            appendAt(start, record);
        } catch (ArithmeticException e) {
            position = start;
            throw new IllegalStateException("A batch has at most 2 GiB", e);
        }
        appended(1);
    }

    /**
     * Appends records as they lie in another batch, or a compressed batch as it is.
     *
     * @param source whose records from {@code first} on {@linkplain RecordBatchReader#contiguous lie behind one
     *     another}
     */
    public void append(RecordBatchReader source, int first, int more) {
        flags |= source.flags();
        if (source.isPacked(first, more)) {
            appendPacked(source, first, more);
            return;
        }
        int length = source.rawLength(first, more);
        reserve(length);
        source.copyRaw(first, more, bytes, position);
        position += length;
        appended(more);
    }

    private void appended(int more) {
        batchCount += more;
        count += more;
    }

    private void appendPacked(RecordBatchReader source, int first, int more) {
        endBatch();
        int length = source.batchLength(first, more);
        reserve(length + HEADER_BYTES);
        source.copyBatch(first, more, bytes, position);
        packedAway += HEADER_BYTES + source.rawLength(first, more) - length;
        count += more;
        beginBatch(position + length);
    }

    private void beginBatch(int at) {
        batch = at;
        batchCount = 0;
        position = at + HEADER_BYTES;
    }

    /** What comes next stands where this batch ends, or where it would have begun. */
    private void endBatch() {
        if (batchCount == 0) {
            position = batch;
        } else {
            BatchHeader.write(bytes, batch, BatchHeader.PLAIN, batchCount, position - batch - HEADER_BYTES);
        }
    }

    /**
     * Compresses a batch that was written by {@link #writeHeader}, where that is worth it.
     *
     * @param at where it begins; the compressed one, which is shorter, takes its place
     * @param length of it, with its header
     * @return the length of what stands there now
     */
    public static int compress(byte[] target, int at, int length) {
        byte[] block = Lz4.compress(target, at + HEADER_BYTES, length - HEADER_BYTES);
        if (block == null) {
            return length;
        }
        int count = BatchHeader.count(target, at);
        System.arraycopy(block, 0, target, at + HEADER_BYTES, block.length);
        BatchHeader.write(target, at, BatchHeader.LZ4, count, block.length);
        return HEADER_BYTES + block.length;
    }

    /** One record as it stands in a batch, length first. */
    public static byte[] encode(MessageRecord record) {
        RecordBatchWriter writer = new RecordBatchWriter(record.body().length + RECORD_BYTES);
        writer.append(record);
        return Arrays.copyOfRange(writer.bytes, HEADER_BYTES, writer.position);
    }

    /** As {@link #encode(MessageRecord)} for one that has a content type and a body and nothing else. */
    public static byte[] encode(String contentType, byte[] body) {
        int code = ContentTypes.codeOf(contentType);
        boolean named = !MessageRecord.CONTENT_TYPE_DEFAULT.equals(contentType);
        if (named && code == ContentTypes.OTHER) {
            return encode(
                    MessageRecord.builder().contentType(contentType).body(body).build());
        }
        int length = 2 + (named ? 1 : 0) + body.length;
        byte[] record = new byte[varintBytes(length) + length];
        int at = putVarint(record, 0, length);
        record[at++] = 0;
        record[at++] = (byte) (named ? RecordFlags.CONTENT_TYPE : 0);
        if (named) {
            record[at++] = (byte) code;
        }
        System.arraycopy(body, 0, record, at, body.length);
        return record;
    }

    private void appendAt(int start, MessageRecord record) {
        reserve(LENGTH_BYTES_MAX);
        position += LENGTH_BYTES_MAX;
        int bodyStart = position;
        writeFields(record);
        writeRaw(record.body());
        int length = position - bodyStart;
        position = start;
        writeVarint(length);
        System.arraycopy(bytes, bodyStart, bytes, position, length);
        position += length;
    }

    /** Number of records appended so far. */
    public int count() {
        return count;
    }

    /** How many bytes it is when nothing is compressed any more. */
    public int size() {
        return position + packedAway;
    }

    /** All {@link RecordFlags} that any of the records so far has, and perhaps some that none has. */
    public int flags() {
        return flags;
    }

    /**
     * Returns what was written and starts anew.
     *
     * @throws IllegalStateException if no record was appended
     */
    public byte[] finish() {
        if (count == 0) {
            throw new IllegalStateException("A batch has at least one record");
        }
        endBatch();
        byte[] result = bytes;
        if (position == bytes.length) {
            bytes = new byte[INITIAL_BYTES];
        } else {
            result = Arrays.copyOf(bytes, position);
        }
        beginBatch(0);
        count = 0;
        packedAway = 0;
        flags = 0;
        return result;
    }

    private void writeFields(MessageRecord record) {
        int present = flagsOf(record);
        flags |= present;
        reserve(2);
        bytes[position++] = (byte) (present >>> 8);
        bytes[position++] = (byte) present;
        writeTextIf(present, RecordFlags.ID, record.id());
        writeTextIf(present, RecordFlags.KEY, record.key());
        if ((present & RecordFlags.CONTENT_TYPE) != 0) {
            writeContentType(record.contentType());
        }
        if ((present & RecordFlags.PRIORITY) != 0) {
            writeByte(record.priority());
        }
        if ((present & RecordFlags.HEADERS) != 0) {
            writeHeaders(record.headers());
        }
        writeTimeIf(present, RecordFlags.DELIVER_AT, record.deliverAtMillis());
        writeTimeIf(present, RecordFlags.DELAY, record.delayMillis());
        writeTimeIf(present, RecordFlags.TTL, record.ttlMillis());
        writeTextIf(present, RecordFlags.DEDUPLICATION_KEY, record.deduplicationKey());
        writeTimeIf(present, RecordFlags.PUBLISHED_AT, record.publishedAtMillis());
        writeTimeIf(present, RecordFlags.FAILED, record.attempts());
        writeTimeIf(present, RecordFlags.FAILED, Math.max(0, record.firstFailedAtMillis()));
        writeTextIf(present, RecordFlags.TOPIC, record.topic());
    }

    private static int flagsOf(MessageRecord record) {
        boolean failed = record.attempts() > 0 || record.firstFailedAtMillis() != MessageRecord.NONE;
        return bit(record.id() != null, RecordFlags.ID)
                | bit(record.key() != null, RecordFlags.KEY)
                | bit(!MessageRecord.CONTENT_TYPE_DEFAULT.equals(record.contentType()), RecordFlags.CONTENT_TYPE)
                | bit(record.priority() != 0, RecordFlags.PRIORITY)
                | bit(!record.headers().isEmpty(), RecordFlags.HEADERS)
                | bit(record.deliverAtMillis() != MessageRecord.NONE, RecordFlags.DELIVER_AT)
                | bit(record.delayMillis() != MessageRecord.NONE, RecordFlags.DELAY)
                | bit(record.ttlMillis() != MessageRecord.NONE, RecordFlags.TTL)
                | bit(record.deduplicationKey() != null, RecordFlags.DEDUPLICATION_KEY)
                | bit(record.publishedAtMillis() != MessageRecord.NONE, RecordFlags.PUBLISHED_AT)
                | bit(failed, RecordFlags.FAILED)
                | bit(record.topic() != null, RecordFlags.TOPIC);
    }

    private static int bit(boolean present, int flag) {
        return present ? flag : 0;
    }

    private void writeContentType(String contentType) {
        int code = ContentTypes.codeOf(contentType);
        writeByte(code);
        if (code == ContentTypes.OTHER) {
            writeText(contentType);
        }
    }

    private void writeHeaders(Map<String, String> headers) {
        reserve(LENGTH_BYTES_MAX);
        writeVarint(headers.size());
        headers.forEach((name, value) -> {
            writeText(name);
            writeText(value);
        });
    }

    private void writeTextIf(int flags, int flag, String text) {
        if ((flags & flag) != 0) {
            writeText(text);
        }
    }

    private void writeTimeIf(int flags, int flag, long value) {
        if ((flags & flag) != 0) {
            reserve(9);
            writeVarint(value);
        }
    }

    private void writeText(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        reserve(LENGTH_BYTES_MAX);
        writeVarint(utf8.length);
        writeRaw(utf8);
    }

    private void writeRaw(byte[] raw) {
        reserve(raw.length);
        System.arraycopy(raw, 0, bytes, position, raw.length);
        position += raw.length;
    }

    private void writeByte(int value) {
        reserve(1);
        bytes[position++] = (byte) value;
    }

    private void writeVarint(long value) {
        position = putVarint(bytes, position, value);
    }

    private static int putVarint(byte[] target, int offset, long value) {
        int at = offset;
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            target[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        target[at++] = (byte) rest;
        return at;
    }

    private static int varintBytes(long value) {
        int bytes = 1;
        for (long rest = value >>> 7; rest != 0; rest >>>= 7) {
            bytes++;
        }
        return bytes;
    }

    /**
     * Writes the header of records that stand behind it already.
     *
     * @param at where the header goes; {@link #HEADER_BYTES} further begin {@code length} bytes with {@code count}
     *     records
     */
    public static void writeHeader(byte[] target, int at, int count, int length) {
        BatchHeader.write(target, at, BatchHeader.PLAIN, count, length);
    }

    private void reserve(int more) {
        int needed = Math.addExact(position, more);
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(needed, (int) Math.min(Integer.MAX_VALUE - 8L, bytes.length * 2L)));
        }
    }
}
