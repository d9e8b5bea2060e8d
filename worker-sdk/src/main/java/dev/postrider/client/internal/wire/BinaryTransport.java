package dev.postrider.client.internal.wire;

import dev.postrider.client.OutgoingMessage;
import dev.postrider.protocol.codec.RecordBatchWriter;
import dev.postrider.protocol.frame.ClientFrames;
import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;

/** Speaks the sub-protocol {@code postrider.v1.binary}. */
public final class BinaryTransport extends WebSocketTransport {
    private final Vertx vertx;
    private final boolean compressed;

    /** @param compressed true: what is published is compressed where that is worth it */
    public BinaryTransport(Vertx vertx, int connectTimeoutMillis, boolean compressed) {
        super(vertx, "postrider.v1.binary", connectTimeoutMillis);
        this.vertx = vertx;
        this.compressed = compressed;
    }

    @Override
    public byte[] encode(OutgoingMessage message, String deduplicationKey) {
        if (deduplicationKey == null && message.isPlain()) {
            return RecordBatchWriter.encode(message.contentType(), message.payload());
        }
        MessageRecord.Builder record = MessageRecord.builder()
                .contentType(message.contentType())
                .body(message.payload())
                .id(message.id())
                .key(message.key())
                .priority(message.priority())
                .headers(message.headers())
                .deduplicationKey(message.deduplicationKey() == null ? deduplicationKey : message.deduplicationKey());
        if (message.delay() != null) {
            record.delayMillis(message.delay().toMillis());
        }
        if (message.deliverAt() != null) {
            record.deliverAtMillis(Math.max(0, message.deliverAt().toEpochMilli()));
        }
        if (message.ttl() != null) {
            record.ttlMillis(message.ttl().toMillis());
        }
        return RecordBatchWriter.encode(record.build());
    }

    @Override
    public int settleMax() {
        return ClientFrames.RECEIPTS_MAX;
    }

    @Override
    Link link(WebSocket socket, LinkListener listener) {
        return new BinaryLink(vertx, socket, listener, compressed);
    }
}
