package dev.postrider.broker.transport;

import dev.postrider.protocol.MessageIds;
import dev.postrider.protocol.ProtocolException;
import dev.postrider.protocol.TextDuration;
import dev.postrider.protocol.codec.RecordBatchReader;
import dev.postrider.protocol.codec.RecordFormatException;
import dev.postrider.protocol.record.MessageRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads the binary record batches of clients, which are held to the same bounds as JSON. */
final class RecordsBody {
    private RecordsBody() {}

    static List<MessageRecord> read(byte[] bytes, int messageBytesMax) {
        try {
            RecordBatchReader batch =
                    RecordBatchReader.of(bytes, 0, bytes.length, RecordBatchReader.EXPANDED_BYTES_MAX);
            checkCount(batch);
            List<MessageRecord> records = new ArrayList<>(batch.count());
            for (int i = 0; i < batch.count(); i++) {
                records.add(check(batch.read(i), messageBytesMax));
            }
            return records;
        } catch (RecordFormatException e) {
            throw ProtocolException.invalid("The body is not a record batch: " + e.getMessage());
        }
    }

    /** Looks into those records alone in which there could be something wrong. */
    static void check(RecordBatchReader batch, int messageBytesMax) {
        checkCount(batch);
        for (int i = 0; i < batch.count(); i++) {
            if (batch.length(i) > messageBytesMax || !batch.isSimple(i)) {
                check(batch.read(i), messageBytesMax);
            }
        }
    }

    private static void checkCount(RecordBatchReader batch) {
        if (batch.count() > Limits.BATCH_MESSAGES) {
            throw ProtocolException.invalid("A batch may have " + Limits.BATCH_MESSAGES + " messages");
        }
    }

    private static MessageRecord check(MessageRecord record, int messageBytesMax) {
        boolean moved = record.publishedAtMillis() != MessageRecord.NONE
                || record.attempts() != 0
                || record.firstFailedAtMillis() != MessageRecord.NONE
                || record.topic() != null;
        if (moved) {
            throw ProtocolException.invalid("A published record must not have what only the broker sets");
        }
        if (record.id() != null) {
            MessageIds.check("id", record.id());
        }
        if (record.key() != null) {
            MessageBounds.key("key", record.key());
        }
        if (record.deduplicationKey() != null) {
            MessageBounds.deduplicationKey("deduplicationKey", record.deduplicationKey());
        }
        MessageBounds.contentType("contentType", record.contentType());
        checkTimes(record);
        checkHeaders(record.headers());
        MessageBounds.body(record.body(), messageBytesMax);
        return record;
    }

    private static void checkTimes(MessageRecord record) {
        if (record.delayMillis() != MessageRecord.NONE && record.deliverAtMillis() != MessageRecord.NONE) {
            throw ProtocolException.invalid("A message may have 'delay' or 'deliverAt', not both");
        }
        boolean tooLong = record.delayMillis() > TextDuration.MILLIS_MAX
                || record.ttlMillis() > TextDuration.MILLIS_MAX
                || record.deliverAtMillis() > JsonInput.INSTANT_MAX_MILLIS;
        if (tooLong || record.ttlMillis() == 0) {
            throw ProtocolException.invalid("'delay', 'deliverAt' or 'ttl' is out of bounds");
        }
    }

    private static void checkHeaders(Map<String, String> headers) {
        int bytes = 0;
        for (Map.Entry<String, String> header : headers.entrySet()) {
            MessageBounds.headerValue(MessageBounds.headerName(header.getKey()), header.getValue());
            bytes += header.getKey().length() + MessageBounds.utf8Length(header.getValue());
        }
        MessageBounds.headers(headers.size(), bytes);
    }
}
