package dev.postrider.client.internal.wire;

import dev.postrider.protocol.Receipt;
import dev.postrider.protocol.codec.RecordBatchReader;
import dev.postrider.protocol.frame.BrokerFrames;
import dev.postrider.protocol.record.MessageRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;

/** A record as a delivery brought it; read when somebody asks for it. */
final class BinaryMessage implements WireMessage {
    private final String queue;
    private final BrokerFrames.Deliver frame;
    private final int offset;
    /** Immutable, so that a race makes it twice and does no harm. */
    private MessageRecord record;

    BinaryMessage(String queue, BrokerFrames.Deliver frame, int offset) {
        this.queue = queue;
        this.frame = frame;
        this.offset = offset;
    }

    private MessageRecord record() {
        MessageRecord read = record;
        if (read == null) {
            read = frame.records().read(offset);
            record = read;
        }
        return read;
    }

    /** The receipt as its parts. */
    Receipt parts() {
        return frame.receipt(offset);
    }

    @Override
    public long chunk() {
        return frame.chunkId();
    }

    @Override
    public int index() {
        return frame.first() + offset;
    }

    @Override
    public String receipt() {
        return parts().toText();
    }

    @Override
    public String id() {
        String chosen = isSimple() ? null : record().id();
        return chosen == null ? frame.derivedId(offset) : chosen;
    }

    private boolean isSimple() {
        return frame.records().isSimple(offset);
    }

    @Override
    public String queue() {
        return queue;
    }

    @Override
    public String topic() {
        return record().topic();
    }

    @Override
    public String key() {
        return record().key();
    }

    @Override
    public int priority() {
        return record().priority();
    }

    @Override
    public int attempt() {
        return (isSimple() ? 0 : record().attempts()) + frame.attempts() + 1;
    }

    @Override
    public Instant publishedAt() {
        return Instant.ofEpochMilli(publishedAtMillis());
    }

    private long publishedAtMillis() {
        long own = isSimple() ? MessageRecord.NONE : record().publishedAtMillis();
        return own == MessageRecord.NONE ? frame.publishedAtMillis() : own;
    }

    @Override
    public Instant expiresAt() {
        long ttl = isSimple() ? MessageRecord.NONE : record().ttlMillis();
        return ttl == MessageRecord.NONE ? null : Instant.ofEpochMilli(publishedAtMillis() + ttl);
    }

    @Override
    public String contentType() {
        return record().contentType();
    }

    @Override
    public Map<String, String> headers() {
        return isSimple() ? Map.of() : record().headers();
    }

    @Override
    public byte[] bytes() {
        RecordBatchReader records = frame.records();
        return records.isSimple(offset)
                ? records.simpleBody(offset)
                : records.read(offset).body();
    }

    @Override
    public String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }
}
