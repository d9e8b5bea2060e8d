package dev.postrider.broker.dispatch;

import dev.postrider.protocol.codec.RecordBatchReader;
import dev.postrider.protocol.codec.RecordBatchWriter;
import dev.postrider.protocol.record.MessageRecord;
import java.util.BitSet;

/**
 * Records on their way into a chunk that are due, expire and are preferred alike: one to be encoded, or some that lie
 * behind one another in a batch already.
 *
 * @param record to be encoded; null: the others are taken as they are
 * @param source where records lie already; null: the one record is encoded
 * @param first index of the first one in {@code source}
 * @param count how many, 1 up
 * @param delivery what decides about the delivery that they become part of
 * @param places hears where they lie in the end
 * @param refusedBy positions of the receivers that do not take them; null: all do
 */
record Append(
        MessageRecord record,
        RecordBatchReader source,
        int first,
        int count,
        DeliveryTraits delivery,
        Places places,
        BitSet refusedBy) {

    /** One that every receiver takes. */
    Append(
            MessageRecord record,
            RecordBatchReader source,
            int first,
            int count,
            DeliveryTraits delivery,
            Places places) {
        this(record, source, first, count, delivery, places, null);
    }

    /**
     * What decides about a delivery.
     *
     * @param kept true: in a chunk that lies apart
     * @param priority 0 to 9
     * @param readyAtMillis 0: ready at once
     * @param expiresAtMillis 0: never
     * @param holds true: it failed on an ordered queue, and goes before all others of its key
     */
    record DeliveryTraits(boolean kept, int priority, long readyAtMillis, long expiresAtMillis, boolean holds) {
        DeliveryTraits(boolean kept, int priority, long readyAtMillis, long expiresAtMillis) {
            this(kept, priority, readyAtMillis, expiresAtMillis, false);
        }
    }

    /** The key of one of the records; null: it has none. */
    String key(int offset) {
        return source == null ? record.key() : source.key(first + offset);
    }

    /** One of the records, perhaps without its body. */
    MessageRecord properties(int offset) {
        return source == null ? record : source.readProperties(first + offset);
    }

    /** Hears where records of an append lie. */
    interface Places {
        /** Nobody wants to know. */
        Places UNKNOWN = (offset, count, chunkId, first) -> {};

        /**
         * Records {@code offset} to {@code offset + count - 1} of the append are the chunk's from {@code first} on.
         *
         * @param chunkId as ids of messages derive from it
         */
        void are(int offset, int count, long chunkId, int first);
    }

    /** About how many bytes they take. */
    long bytes() {
        return source == null ? record.body().length : (long) source.byteCount() * count / source.count();
    }

    void writeTo(RecordBatchWriter writer, int offset, int some) {
        if (source == null) {
            writer.append(record);
        } else {
            writer.append(source, first + offset, some);
        }
    }

    /** How many records from {@code offset} on are worth keeping in one chunk. */
    int piece(int offset) {
        return source == null ? 1 : Math.min(source.piece(first + offset), count - offset);
    }

    /**
     * How many records from {@code offset} on make no more than so many records or bytes, 1 at least, and lie behind
     * one another.
     */
    int fitting(int offset, int recordsMax, int bytesMax) {
        if (source == null) {
            return 1;
        }
        return source.contiguous(first + offset, Math.min(count - offset, recordsMax), bytesMax);
    }
}
