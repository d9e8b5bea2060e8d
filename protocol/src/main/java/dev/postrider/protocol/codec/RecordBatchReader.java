package dev.postrider.protocol.codec;

import dev.postrider.protocol.record.MessageRecord;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.Objects;

/**
 * The records of one or more batches, one behind the other, as a chunk stores them. Finds the records when it is
 * made, reads each when it is asked for. Of compressed batches it has both forms: the records to be read, and the
 * batch to be passed on as it came. Immutable and safe for any thread. The layout is drawn at
 * {@link RecordBatchWriter}.
 */
public final class RecordBatchReader {
    /** What batches of a stranger may be when none is compressed any more, if one of them was. */
    public static final int EXPANDED_BYTES_MAX = 16 << 20;

    /** The batches, none of them compressed any more. */
    private final byte[] bytes;

    private final int from;
    private final int to;
    private final PackedBatches packed;
    /** Where each record's flags begin. */
    private final int[] starts;

    private final int[] ends;
    private final int flags;

    private RecordBatchReader(PackedBatches packed, byte[] bytes, int from, int to, int[] starts, int[] ends) {
        this.packed = packed;
        this.bytes = bytes;
        this.from = from;
        this.to = to;
        this.starts = starts;
        this.ends = ends;
        int union = 0;
        for (int index = 0; index < starts.length; index++) {
            union |= flags(index);
        }
        this.flags = union;
    }

    /**
     * Finds the records; does not copy {@code bytes}, which must not change any more.
     *
     * @throws RecordFormatException if the bytes are not one or more whole, unaltered batches
     */
    public static RecordBatchReader of(byte[] bytes) {
        return of(bytes, 0, bytes.length);
    }

    /**
     * As {@link #of(byte[])}, for batches that lie between {@code from} and {@code to}.
     *
     * @throws IndexOutOfBoundsException if these are not within the array
     */
    public static RecordBatchReader of(byte[] bytes, int from, int to) {
        return of(bytes, from, to, Integer.MAX_VALUE);
    }

    /**
     * As {@link #of(byte[], int, int)}, for batches of a stranger.
     *
     * @param expandedMax how many bytes they may have when none is compressed any more; if none is, they are not held
     *     to it
     * @throws RecordFormatException if they have more, too
     */
    public static RecordBatchReader of(byte[] bytes, int from, int to, int expandedMax) {
        Objects.checkFromToIndex(from, to, bytes.length);
        int total = 0;
        long expanded = 0;
        boolean compressed = false;
        for (int at = from; at < to; at += BatchHeader.BYTES + BatchHeader.length(bytes, at)) {
            BatchHeader.check(bytes, at, to);
            total = Math.addExact(total, BatchHeader.count(bytes, at));
            expanded += BatchHeader.BYTES + BatchHeader.expandedLength(bytes, at);
            compressed |= BatchHeader.isCompressed(bytes, at);
        }
        if (total == 0) {
            throw new RecordFormatException("There is no batch");
        }
        if (compressed && expanded > expandedMax) {
            throw new RecordFormatException("The batches have " + expanded + " bytes when they are expanded, of which "
                    + expandedMax + " are taken");
        }
        return compressed
                ? expanded(bytes, from, to, total, (int) expanded)
                : find(PackedBatches.NONE, bytes, from, to, new int[total], new int[total]);
    }

    private static RecordBatchReader expanded(byte[] bytes, int from, int to, int total, int length) {
        byte[] expanded = new byte[length];
        PackedBatches packed = PackedBatches.expand(bytes, from, to, expanded);
        return find(packed, expanded, 0, length, new int[total], new int[total]);
    }

    private static RecordBatchReader find(
            PackedBatches packed, byte[] bytes, int from, int to, int[] starts, int[] ends) {
        int index = 0;
        for (int at = from; at < to; ) {
            int next = at + BatchHeader.BYTES + BatchHeader.length(bytes, at);
            index = findRecords(bytes, at, next, starts, ends, index);
            at = next;
        }
        return new RecordBatchReader(packed, bytes, from, to, starts, ends);
    }

    /** Number of records, 1 up. */
    public int count() {
        return starts.length;
    }

    /** Length of the record at {@code index} in bytes, without its length prefix. */
    public int length(int index) {
        return ends[index] - starts[index];
    }

    /** How many bytes it holds. */
    public int byteCount() {
        return to - from + packed.byteCount();
    }

    /** The {@link RecordFlags} that any of the records has; those of a record that is cut short are all set. */
    public int flags() {
        return flags;
    }

    /** The {@link RecordFlags} of one record, known or not. Of a record that is cut short all are set. */
    public int flags(int index) {
        int start = starts[index];
        return ends[index] - start < 2 ? 0xffff : (bytes[start] & 0xff) << 8 | bytes[start + 1] & 0xff;
    }

    /**
     * True if the record has nothing but a body and perhaps a content type of the table, so that there is nothing in it
     * that could be wrong but its length.
     */
    public boolean isSimple(int index) {
        int found = flags(index);
        return found == 0
                || found == RecordFlags.CONTENT_TYPE
                        && length(index) > 2
                        && ContentTypes.isKnown(bytes[starts[index] + 2] & 0xff);
    }

    /** A copy of the body of a {@linkplain #isSimple simple} record. */
    public byte[] simpleBody(int index) {
        return Arrays.copyOfRange(bytes, starts[index] + (flags(index) == 0 ? 2 : 3), ends[index]);
    }

    /**
     * How many records from {@code first} on can be copied as one batch: {@code count} at most, of no more than
     * {@code bytesMax} together; 1 at least, however long that is. A compressed batch that is wanted as a whole is
     * copied as it is, however much it holds.
     */
    public int contiguous(int first, int count, int bytesMax) {
        int whole = packed.countFrom(first);
        if (whole > 0 && whole <= count) {
            return whole;
        }
        int n = 1;
        while (n < count && rawStart(first + n) == ends[first + n - 1] && rawLength(first, n + 1) <= bytesMax) {
            n++;
        }
        return n;
    }

    /** How many records from {@code first} on are worth keeping together, as a compressed batch; 1: of none. */
    public int piece(int first) {
        return Math.max(1, packed.countFrom(first));
    }

    /** True if these records are a compressed batch. */
    boolean isPacked(int first, int count) {
        return packed.countFrom(first) == count;
    }

    /** Length of such records in bytes, as they are read. */
    int rawLength(int first, int count) {
        return ends[first + count - 1] - rawStart(first);
    }

    /** Length in bytes of the batch that {@link #copyBatch} writes. */
    public int batchLength(int first, int count) {
        return isPacked(first, count) ? packed.length(first) : BatchHeader.BYTES + rawLength(first, count);
    }

    /**
     * Copies records that {@linkplain #contiguous lie behind one another} as a batch of their own.
     *
     * @param target has room for {@link #batchLength} from {@code at} on
     */
    public void copyBatch(int first, int count, byte[] target, int at) {
        if (isPacked(first, count)) {
            packed.copy(first, target, at);
            return;
        }
        int length = rawLength(first, count);
        System.arraycopy(bytes, rawStart(first), target, at + BatchHeader.BYTES, length);
        BatchHeader.write(target, at, BatchHeader.PLAIN, count, length);
    }

    /** Copies such records as they are read. */
    void copyRaw(int first, int count, byte[] target, int at) {
        System.arraycopy(bytes, rawStart(first), target, at, rawLength(first, count));
    }

    /** Where the record's length stands: behind the record before it, or behind the header of its batch. */
    private int rawStart(int index) {
        int before = index == 0 ? from + BatchHeader.BYTES : ends[index - 1];
        // No length has so many bytes as a header.
        return starts[index] - before > BatchHeader.BYTES ? before + BatchHeader.BYTES : before;
    }

    /**
     * Reads the record at {@code index}.
     *
     * @throws RecordFormatException if it is not well formed
     */
    public MessageRecord read(int index) {
        Cursor in = new Cursor(bytes, starts[index], ends[index]);
        return readUntilBody(in).body(in.rest()).build();
    }

    /**
     * Reads the record at {@code index} except for its body, which is left empty: cheap, however long the body is.
     *
     * @throws RecordFormatException if it is not well formed
     */
    public MessageRecord readProperties(int index) {
        return readUntilBody(new Cursor(bytes, starts[index], ends[index])).build();
    }

    private static MessageRecord.Builder readUntilBody(Cursor in) {
        int flags = in.u8() << 8 | in.u8();
        if ((flags & ~RecordFlags.ALL) != 0) {
            throw new RecordFormatException("Unknown flags " + Integer.toHexString(flags));
        }
        MessageRecord.Builder record = MessageRecord.builder();
        readProducerFields(in, flags, record);
        readBrokerFields(in, flags, record);
        return record;
    }

    /**
     * The key of the record at {@code index}; null: it has none.
     *
     * @throws RecordFormatException if it is not well formed so far
     */
    public String key(int index) {
        Cursor in = new Cursor(bytes, starts[index], ends[index]);
        int flags = in.u8() << 8 | in.u8();
        if ((flags & RecordFlags.KEY) == 0) {
            return null;
        }
        if ((flags & RecordFlags.ID) != 0) {
            in.skip(in.length());
        }
        return in.text();
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

    private static int findRecords(byte[] bytes, int at, int end, int[] starts, int[] ends, int first) {
        Cursor in = new Cursor(bytes, at + BatchHeader.BYTES, end);
        int last = first + BatchHeader.count(bytes, at);
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

    /** Walks over a range of bytes and never leaves it. */
    private static final class Cursor {

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
            try {
                String text = Utf8.read(bytes, position, length);
                position += length;
                return text;
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
