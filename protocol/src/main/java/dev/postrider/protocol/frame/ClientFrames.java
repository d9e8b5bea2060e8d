package dev.postrider.protocol.frame;

import dev.postrider.protocol.Names;
import dev.postrider.protocol.ProtocolException;
import dev.postrider.protocol.Receipt;
import dev.postrider.protocol.ReceiptSpan;
import dev.postrider.protocol.TextDuration;
import dev.postrider.protocol.codec.RecordBatchReader;
import dev.postrider.protocol.codec.RecordFormatException;
import java.util.List;

/**
 * What clients send. Ids are chosen by the client, 1 up, and come back in the answer; 0 asks for none. What is read is
 * within its bounds; everything else is a {@link FrameFormatException}.
 */
public final class ClientFrames {
    public static final long CREDIT_MAX = 1_000_000_000;
    /** How many messages one frame may settle. */
    public static final int RECEIPTS_MAX = 10_000;

    static final int SPAN_WIDTH_MAX = 65_536;

    private static final long LEASE_MIN_MILLIS = 100;
    private static final long LEASE_MAX_MILLIS = 12 * 60 * 60 * 1_000L;
    private static final int NAME_BYTES_MAX = 128;
    private static final int REASON_BYTES_MAX = 8 * 1024;
    private static final int TO_TOPIC = 1;
    /** Of a publish: head, id, flags, name and the head of the batch. */
    private static final int HEAD_BYTES_MAX = 256;

    /**
     * Records to store, all or none.
     *
     * @param topic true: {@code target} is a topic, else a queue
     */
    public record Publish(long id, boolean topic, String target, byte[] bytes, int from, int to) {
        /**
         * Finds the records; they are not looked into.
         *
         * @throws FrameFormatException if it is no record batch
         */
        public RecordBatchReader records() {
            try {
                return RecordBatchReader.of(bytes, from, to, RecordBatchReader.EXPANDED_BYTES_MAX);
            } catch (RecordFormatException e) {
                throw new FrameFormatException(e.getMessage());
            }
        }
    }

    /**
     * Asks for messages of a queue.
     *
     * @param leaseMillis 0: the queue's setting
     */
    public record Subscribe(long id, int credit, long leaseMillis, String queue) {}

    /** More credit for a subscription. */
    public record Credit(long id, int add) {}

    /**
     * Ends handings-out, or prolongs them.
     *
     * @param type which of the four
     * @param millis the delay of a nack (-1: the queue's backoff), the lease of an extension, else 0
     * @param reason null: none
     */
    public record Settle(FrameType type, long id, long millis, String reason, List<ReceiptSpan> receipts) {}

    private ClientFrames() {}

    /** The id of the present frame, however malformed it is otherwise; 0: it has none. */
    public static long idOf(FrameReader in) {
        try {
            in.rewind();
            return in.varint();
        } catch (FrameFormatException e) {
            return 0;
        }
    }

    public static Publish readPublish(FrameReader in) {
        long id = in.varint();
        int flags = in.u8();
        if ((flags & ~TO_TOPIC) != 0) {
            throw new FrameFormatException("Unknown flags of a publish");
        }
        boolean topic = flags == TO_TOPIC;
        String target = name(in, topic ? "topic" : "queue");
        return new Publish(id, topic, target, in.bytes(), in.position(), in.end());
    }

    public static Subscribe readSubscribe(FrameReader in) {
        long id = id(in);
        int credit = (int) in.number("credit", 0, CREDIT_MAX);
        long lease = in.varint();
        if (lease != 0) {
            checkLease(lease);
        }
        String queue = name(in, "queue");
        in.requireEnd();
        return new Subscribe(id, credit, lease, queue);
    }

    public static Credit readCredit(FrameReader in) {
        Credit credit = new Credit(id(in), (int) in.number("add", 1, CREDIT_MAX));
        in.requireEnd();
        return credit;
    }

    public static long readUnsubscribe(FrameReader in) {
        long id = id(in);
        in.requireEnd();
        return id;
    }

    /** Reads an ack, a nack, a dead letter or an extension. */
    public static Settle readSettle(FrameReader in) {
        in.checkSum();
        long id = in.varint();
        long millis = 0;
        String reason = null;
        switch (in.type()) {
            case NACK -> {
                millis = in.number("delay", 0, TextDuration.MILLIS_MAX + 1) - 1;
                reason = reason(in);
            }
            case DEAD_LETTER -> reason = reason(in);
            case EXTEND -> millis = checkLease(in.varint());
            default -> {}
        }
        return new Settle(in.type(), id, millis, reason, Spans.read(in, RECEIPTS_MAX));
    }

    private static long id(FrameReader in) {
        return in.number("id", 1, Long.MAX_VALUE);
    }

    private static String name(FrameReader in, String what) {
        try {
            return Names.check(what, in.text(what, NAME_BYTES_MAX));
        } catch (ProtocolException e) {
            throw new FrameFormatException(e.getMessage());
        }
    }

    private static String reason(FrameReader in) {
        String reason = in.text("reason", REASON_BYTES_MAX);
        if (reason.indexOf('\0') >= 0) {
            throw new FrameFormatException("'reason' must not contain a NUL character");
        }
        return reason.isEmpty() ? null : reason;
    }

    private static long checkLease(long millis) {
        if (millis < LEASE_MIN_MILLIS || millis > LEASE_MAX_MILLIS) {
            throw new FrameFormatException("'lease' must be between 100ms and 12h");
        }
        return millis;
    }

    /**
     * Publishes records that are encoded each by itself, to a queue or a topic.
     *
     * @param topic true: {@code target} is a topic, else a queue
     * @param compressed true: they are compressed as far as that is worth it
     */
    public static void publish(
            FrameWriter out, long id, boolean topic, String target, List<byte[]> records, boolean compressed) {
        int bytes = HEAD_BYTES_MAX;
        for (byte[] record : records) {
            bytes += record.length;
        }
        out.reserve(bytes);
        out.begin(FrameType.PUBLISH)
                .varint(id)
                .u8(topic ? TO_TOPIC : 0)
                .text(target)
                .batches(records, compressed)
                .end();
    }

    /** Publishes record batches, to a queue or a topic. */
    public static void publish(FrameWriter out, long id, boolean topic, String target, byte[] batches) {
        out.begin(FrameType.PUBLISH)
                .varint(id)
                .u8(topic ? TO_TOPIC : 0)
                .text(target)
                .raw(batches, 0, batches.length)
                .end();
    }

    public static void subscribe(FrameWriter out, Subscribe frame) {
        out.begin(FrameType.SUBSCRIBE)
                .varint(frame.id())
                .varint(frame.credit())
                .varint(frame.leaseMillis())
                .text(frame.queue())
                .end();
    }

    public static void credit(FrameWriter out, long id, long add) {
        out.begin(FrameType.CREDIT).varint(id).varint(add).end();
    }

    public static void unsubscribe(FrameWriter out, long id) {
        out.begin(FrameType.UNSUBSCRIBE).varint(id).end();
    }

    public static void ack(FrameWriter out, long id, List<Receipt> receipts) {
        settle(out.begin(FrameType.ACK).varint(id), receipts);
    }

    /** {@code delayMillis} -1: the queue's backoff; {@code reason} may be null. */
    public static void nack(FrameWriter out, long id, long delayMillis, String reason, List<Receipt> receipts) {
        settle(
                out.begin(FrameType.NACK).varint(id).varint(delayMillis + 1).text(reason == null ? "" : reason),
                receipts);
    }

    /** {@code reason} may be null. */
    public static void deadLetter(FrameWriter out, long id, String reason, List<Receipt> receipts) {
        settle(out.begin(FrameType.DEAD_LETTER).varint(id).text(reason == null ? "" : reason), receipts);
    }

    public static void extend(FrameWriter out, long id, long leaseMillis, List<Receipt> receipts) {
        settle(out.begin(FrameType.EXTEND).varint(id).varint(leaseMillis), receipts);
    }

    private static void settle(FrameWriter out, List<Receipt> receipts) {
        Spans.write(out, receipts);
        out.endWithSum();
    }
}
