package dev.postrider.protocol.frame;

import dev.postrider.protocol.MessageIds;
import dev.postrider.protocol.Receipt;
import dev.postrider.protocol.codec.RecordBatchReader;
import dev.postrider.protocol.codec.RecordFormatException;
import java.util.ArrayList;
import java.util.List;

/** What the broker sends. What is read is within its bounds; everything else is a {@link FrameFormatException}. */
public final class BrokerFrames {
    private static final int DERIVED = 0;
    private static final int CHOSEN = 1;
    private static final int CODE_BYTES_MAX = 128;
    private static final int PROBLEM_BYTES_MAX = 64 * 1024;
    private static final int BATCH_MESSAGES_MAX = 10_000;
    /** Of a delivery: all before its records. */
    private static final int DELIVER_HEAD_BYTES_MAX = 96;

    /**
     * Records of one chunk that are handed to one subscription.
     *
     * @param subscription its id
     * @param publishedAtMillis of those records that do not say it themselves
     * @param attempts how often they were attempted, beside what they say themselves and this time
     * @param first index of the first one in its chunk
     * @param handing of the first one; each further one has the next
     */
    public record Deliver(
            long subscription,
            int queueId,
            long brokerId,
            long chunkId,
            long publishedAtMillis,
            int attempts,
            int first,
            int handing,
            RecordBatchReader records) {

        /** The receipt of one of the records, 0 up. */
        public Receipt receipt(int offset) {
            return new Receipt(queueId, brokerId, chunkId, first + offset, handing + offset);
        }

        /** The id of one of the records, unless it has one of its own. */
        public String derivedId(int offset) {
            return MessageIds.derived(chunkId & Long.MAX_VALUE, first + offset);
        }
    }

    /** The ids of what a publish stored, in order; unmodifiable. */
    public record Published(long id, List<String> ids) {}

    /**
     * What became of the receipts of a frame.
     *
     * @param failed those that were not settled
     */
    public record Settled(long id, int settled, List<Failed> failed) {}

    /**
     * A receipt that was not settled.
     *
     * @param position among the frame's receipts, 0 up
     * @param code of a problem
     */
    public record Failed(int position, String code) {}

    /**
     * Something is refused.
     *
     * @param id of the frame or subscription; 0: of none
     * @param document a problem document (RFC 9457) in JSON
     */
    public record Refused(long id, String document) {}

    private BrokerFrames() {}

    public static long readSubscribed(FrameReader in) {
        return in.varint();
    }

    public static Deliver readDeliver(FrameReader in) {
        long subscription = in.varint();
        int queueId = in.i32();
        long brokerId = in.i64();
        long chunkId = in.i64();
        long publishedAt = in.varint();
        int attempts = in.count("attempts", 0, Integer.MAX_VALUE);
        int first = in.count("first", 0, Integer.MAX_VALUE);
        int handing = in.i32();
        RecordBatchReader records;
        try {
            records = RecordBatchReader.of(in.bytes(), in.position(), in.end());
        } catch (RecordFormatException e) {
            throw new FrameFormatException(e.getMessage());
        }
        if (first > Integer.MAX_VALUE - records.count()) {
            throw new FrameFormatException("'first' is out of bounds");
        }
        return new Deliver(subscription, queueId, brokerId, chunkId, publishedAt, attempts, first, handing, records);
    }

    /** Reads ids, of which there are never more than a batch may have messages. */
    public static Published readPublished(FrameReader in) {
        long id = in.varint();
        IdList ids = new IdList();
        while (in.left() > 0) {
            switch (in.u8()) {
                case DERIVED -> readDerived(in, ids);
                case CHOSEN -> ids.addChosen(in.text("id", MessageIds.LENGTH_MAX));
                default -> throw new FrameFormatException("There is no such form of ids");
            }
        }
        return new Published(id, ids);
    }

    private static void readDerived(FrameReader in, IdList ids) {
        long chunkId = in.i64();
        int first = in.count("first", 0, Integer.MAX_VALUE);
        int count = in.count("count", 1, BATCH_MESSAGES_MAX);
        if (first > Integer.MAX_VALUE - count || ids.size() > BATCH_MESSAGES_MAX - count) {
            throw new FrameFormatException("'count' is out of bounds");
        }
        ids.addDerived(chunkId, first, count);
    }

    public static Settled readSettled(FrameReader in) {
        long id = in.varint();
        int settled = in.count("settled", 0, Integer.MAX_VALUE);
        List<Failed> failed = new ArrayList<>();
        while (in.left() > 0) {
            failed.add(new Failed(in.count("position", 0, Integer.MAX_VALUE), in.text("code", CODE_BYTES_MAX)));
        }
        return new Settled(id, settled, failed);
    }

    public static Refused readError(FrameReader in) {
        return new Refused(in.varint(), in.text("problem", PROBLEM_BYTES_MAX));
    }

    public static void subscribed(FrameWriter out, long id) {
        out.begin(FrameType.SUBSCRIBED).varint(id).end();
    }

    /**
     * Delivers some records of a chunk.
     *
     * @param frame all but the records, of which {@code first} and {@code handing} are those of the first one
     * @param from where these begin in {@code frame.records()}, {@linkplain RecordBatchReader#contiguous in one piece}
     */
    public static void deliver(FrameWriter out, Deliver frame, int from, int count) {
        out.reserve(DELIVER_HEAD_BYTES_MAX + frame.records().batchLength(from, count));
        out.begin(FrameType.DELIVER)
                .varint(frame.subscription())
                .i32(frame.queueId())
                .i64(frame.brokerId())
                .i64(frame.chunkId())
                .varint(frame.publishedAtMillis())
                .varint(frame.attempts())
                .varint(frame.first())
                .i32(frame.handing())
                .batch(frame.records(), from, count)
                .end();
    }

    /** Begins the answer to a publish; its ids follow. */
    public static void beginPublished(FrameWriter out, long id) {
        out.begin(FrameType.PUBLISHED).varint(id);
    }

    /** Ids that derive from records of a chunk. */
    public static void derivedIds(FrameWriter out, long chunkId, int first, int count) {
        out.u8(DERIVED).i64(chunkId).varint(first).varint(count);
    }

    /** An id that the producer chose. */
    public static void chosenId(FrameWriter out, String id) {
        out.u8(CHOSEN).text(id);
    }

    /** Ends what was begun. */
    public static void end(FrameWriter out) {
        out.end();
    }

    public static void settled(FrameWriter out, long id, int settled, List<Failed> failed) {
        out.begin(FrameType.SETTLED).varint(id).varint(settled);
        for (Failed one : failed) {
            out.varint(one.position()).text(one.code());
        }
        out.end();
    }

    public static void error(FrameWriter out, long id, byte[] document) {
        out.begin(FrameType.ERROR)
                .varint(id)
                .varint(document.length)
                .raw(document, 0, document.length)
                .end();
    }
}
