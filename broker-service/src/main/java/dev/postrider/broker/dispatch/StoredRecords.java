package dev.postrider.broker.dispatch;

import dev.postrider.broker.delivery.ClaimedRange;
import dev.postrider.broker.delivery.Handing;
import dev.postrider.broker.store.KeptChunks;
import dev.postrider.protocol.MessageIds;
import dev.postrider.protocol.Receipt;
import dev.postrider.protocol.record.MessageRecord;

/** What follows from a record's place: the chunk where it was first stored says its id and its time. */
final class StoredRecords {
    private StoredRecords() {}

    static String id(long chunkId, int index, MessageRecord record) {
        return record.id() != null ? record.id() : MessageIds.derived(KeptChunks.originalId(chunkId), index);
    }

    static long publishedAtMillis(long chunkId, MessageRecord record) {
        return record.publishedAtMillis() == MessageRecord.NONE
                ? ChunkIds.millisOf(chunkId)
                : record.publishedAtMillis();
    }

    /** 0: never. */
    static long expiresAtMillis(long chunkId, MessageRecord record) {
        return record.ttlMillis() == MessageRecord.NONE ? 0 : publishedAtMillis(chunkId, record) + record.ttlMillis();
    }

    /** The message as its consumer gets it. */
    static Delivered delivered(Handing handing, MessageRecord record, String queue, long brokerId) {
        ClaimedRange range = handing.range();
        return new Delivered(
                new Receipt(range.queueId(), brokerId, range.chunkId(), handing.index(), handing.number()),
                id(range.chunkId(), handing.index(), record),
                queue,
                range.attempt(record.attempts()),
                publishedAtMillis(range.chunkId(), record),
                expiresAtMillis(range.chunkId(), record),
                record);
    }
}
