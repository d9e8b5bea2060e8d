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

    private final int count;
    private final int byteCount;
    private final PackedBatches packed;
    private final int flags;
    /** Null: the batches are compressed, and nobody has asked for what is in them. */
    private Records found;

    private RecordBatchReader(PackedBatches packed, int count, int expanded, int flags) {
        this.packed = packed;
        this.count = count;
        this.byteCount = expanded + packed.byteCount();
        this.flags = flags;
    }

    private RecordBatchReader(PackedBatches packed, Records found) {
        this.packed = packed;
        this.found = found;
        this.count = found.starts.length;
        this.byteCount = found.to - found.from + packed.byteCount();
        int union = 0;
        for (int index = 0; index < count; index++) {
            union |= found.flags(index);
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
        Sizes sizes = Sizes.of(bytes, from, to);
        if (!sizes.compressed) {
            return new RecordBatchReader(PackedBatches.NONE, Records.find(bytes, from, to, sizes.count));
        }
        if (sizes.expanded > expandedMax) {
            throw new RecordFormatException("The batches have " + sizes.expanded
                    + " bytes when they are expanded, of which " + expandedMax + " are taken");
        }
        PackedBatches packed = PackedBatches.of(bytes, from, to);
        return new RecordBatchReader(packed, Records.expand(packed, (int) sizes.expanded, sizes.count));
    }

    /**
     * As {@link #of(byte[])}, for what a {@link RecordBatchWriter} of this program has just written: if it is
     * compressed it is not expanded before somebody asks for what is in it.
     *
     * @param flags all that the writer {@linkplain RecordBatchWriter#flags says}
     */
    public static RecordBatchReader ofWritten(byte[] bytes, int flags) {
        Sizes sizes = Sizes.of(bytes, 0, bytes.length);
        return sizes.compressed
                ? new RecordBatchReader(
                        PackedBatches.of(bytes, 0, bytes.length), sizes.count, (int) sizes.expanded, flags)
                : new RecordBatchReader(PackedBatches.NONE, Records.find(bytes, 0, bytes.length, sizes.count));
    }

    /** Several threads may do that at once, and come to the same. */
    private Records found() {
        Records records = found;
        if (records == null) {
            records = Records.expand(packed, byteCount - packed.byteCount(), count);
            found = records;
        }
        return records;
    }

    /** Number of records, 1 up. */
    public int count() {
        return count;
    }

    /** Length of the record at {@code index} in bytes, without its length prefix. */
    public int length(int index) {
        return found().length(index);
    }

    /** How many bytes it holds, once somebody has asked for what is in it. */
    public int byteCount() {
        return byteCount;
    }

    /**
     * All {@link RecordFlags} that any of the records has, and perhaps some that none has; those of a record that is
     * cut short are all set.
     */
    public int flags() {
        return flags;
    }

    /** The {@link RecordFlags} of one record, known or not. Of a record that is cut short all are set. */
    public int flags(int index) {
        return found().flags(index);
    }

    /**
     * True if the record has nothing but a body and perhaps a content type of the table, so that there is nothing in it
     * that could be wrong but its length.
     */
    public boolean isSimple(int index) {
        int present = flags(index);
        return present == 0
                || present == RecordFlags.CONTENT_TYPE
                        && length(index) > 2
                        && ContentTypes.isKnown(found().bytes[found().starts[index] + 2] & 0xff);
    }

    /** A copy of the body of a {@linkplain #isSimple simple} record. */
    public byte[] simpleBody(int index) {
        Records in = found();
        return Arrays.copyOfRange(in.bytes, in.starts[index] + (in.flags(index) == 0 ? 2 : 3), in.ends[index]);
    }

    /**
     * How many records from {@code first} on can be copied as one batch: {@code most} at most, of no more than
     * {@code bytesMax} together; 1 at least, however long that is. A compressed batch that is wanted as a whole is
     * copied as it is, however much it holds.
     */
    public int contiguous(int first, int most, int bytesMax) {
        int whole = packed.countFrom(first);
        return whole > 0 && whole <= most ? whole : found().contiguous(first, most, bytesMax);
    }

    /** How many records from {@code first} on are worth keeping together, as a compressed batch; 1: of none. */
    public int piece(int first) {
        return Math.max(1, packed.countFrom(first));
    }

    /** True if these records are a compressed batch. */
    boolean isPacked(int first, int some) {
        return packed.countFrom(first) == some;
    }

    /** Length of such records in bytes, as they are read. */
    int rawLength(int first, int some) {
        return isPacked(first, some) ? packed.expandedLength(first) : found().rawLength(first, some);
    }

    /** Length in bytes of the batch that {@link #copyBatch} writes. */
    public int batchLength(int first, int some) {
        return isPacked(first, some) ? packed.length(first) : BatchHeader.BYTES + rawLength(first, some);
    }

    /**
     * Copies records that {@linkplain #contiguous lie behind one another} as a batch of their own.
     *
     * @param target has room for {@link #batchLength} from {@code at} on
     */
    public void copyBatch(int first, int some, byte[] target, int at) {
        if (isPacked(first, some)) {
            packed.copy(first, target, at);
            return;
        }
        copyRaw(first, some, target, at + BatchHeader.BYTES);
        BatchHeader.write(target, at, BatchHeader.PLAIN, some, rawLength(first, some));
    }

    /** Copies such records as they are read. */
    void copyRaw(int first, int some, byte[] target, int at) {
        Records in = found();
        System.arraycopy(in.bytes, in.rawStart(first), target, at, in.rawLength(first, some));
    }

    /**
     * Reads the record at {@code index}.
     *
     * @throws RecordFormatException if it is not well formed
     */
    public MessageRecord read(int index) {
        Cursor in = found().cursor(index);
        return readUntilBody(in).body(in.rest()).build();
    }

    /**
     * Reads the record at {@code index} except for its body, which is left empty: cheap, however long the body is.
     *
     * @throws RecordFormatException if it is not well formed
     */
    public MessageRecord readProperties(int index) {
        return readUntilBody(found().cursor(index)).build();
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
        Cursor in = found().cursor(index);
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

    /**
     * What the headers of batches say together.
     *
     * @param count records
     * @param expanded bytes of the batches, none of them compressed any more
     */
    private record Sizes(int count, long expanded, boolean compressed) {
        static Sizes of(byte[] bytes, int from, int to) {
            Objects.checkFromToIndex(from, to, bytes.length);
            int count = 0;
            long expanded = 0;
            boolean compressed = false;
            for (int at = from; at < to; at += BatchHeader.BYTES + BatchHeader.length(bytes, at)) {
                BatchHeader.check(bytes, at, to);
                count = Math.addExact(count, BatchHeader.count(bytes, at));
                expanded += BatchHeader.BYTES + BatchHeader.expandedLength(bytes, at);
                compressed |= BatchHeader.isCompressed(bytes, at);
            }
            if (count == 0) {
                throw new RecordFormatException("There is no batch");
            }
            return new Sizes(count, expanded, compressed);
        }
    }

    /** The records of batches of which none is compressed any more. Immutable. */
    private static final class Records {
        private final byte[] bytes;
        private final int from;
        private final int to;
        /** Where each record's flags begin. */
        private final int[] starts;

        private final int[] ends;

        private Records(byte[] bytes, int from, int to, int[] starts, int[] ends) {
            this.bytes = bytes;
            this.from = from;
            this.to = to;
            this.starts = starts;
            this.ends = ends;
        }

        static Records expand(PackedBatches packed, int length, int count) {
            byte[] expanded = new byte[length];
            packed.expand(expanded);
            return find(expanded, 0, length, count);
        }

        static Records find(byte[] bytes, int from, int to, int count) {
            int[] starts = new int[count];
            int[] ends = new int[count];
            int index = 0;
            for (int at = from; at < to; ) {
                int next = at + BatchHeader.BYTES + BatchHeader.length(bytes, at);
                index = find(bytes, at, next, starts, ends, index);
                at = next;
            }
            return new Records(bytes, from, to, starts, ends);
        }

        private static int find(byte[] bytes, int at, int end, int[] starts, int[] ends, int first) {
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

        int length(int index) {
            return ends[index] - starts[index];
        }

        int flags(int index) {
            int start = starts[index];
            return ends[index] - start < 2 ? 0xffff : (bytes[start] & 0xff) << 8 | bytes[start + 1] & 0xff;
        }

        Cursor cursor(int index) {
            return new Cursor(bytes, starts[index], ends[index]);
        }

        int contiguous(int first, int most, int bytesMax) {
            int n = 1;
            while (n < most && rawStart(first + n) == ends[first + n - 1] && rawLength(first, n + 1) <= bytesMax) {
                n++;
            }
            return n;
        }

        int rawLength(int first, int some) {
            return ends[first + some - 1] - rawStart(first);
        }

        /** Where the record's length stands: behind the record before it, or behind the header of its batch. */
        int rawStart(int index) {
            int before = index == 0 ? from + BatchHeader.BYTES : ends[index - 1];
            // No length has so many bytes as a header.
            return starts[index] - before > BatchHeader.BYTES ? before + BatchHeader.BYTES : before;
        }
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
