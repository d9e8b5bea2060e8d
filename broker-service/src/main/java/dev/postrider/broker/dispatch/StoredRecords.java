package dev.postrider.broker.dispatch;

import dev.postrider.broker.delivery.ClaimedRange;
import dev.postrider.broker.delivery.HandingRun;
import dev.postrider.broker.store.KeptChunks;
import dev.postrider.broker.store.NewDelivery;
import dev.postrider.broker.store.Standing;
import dev.postrider.protocol.MessageIds;
import dev.postrider.protocol.codec.RecordBatchReader;
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

    /**
     * A range that this broker owns from the start.
     *
     * @param partitions null: the queue is not ordered
     */
    static ClaimedRange kept(NewDelivery delivery, long chunkId, RecordBatchReader records, Partitions partitions) {
        ClaimedRange range = new ClaimedRange(
                delivery.queueId(),
                chunkId,
                delivery.first(),
                records,
                delivery.count(),
                delivery.priority(),
                delivery.settled() == null
                        ? ClaimedRange.Progress.NONE
                        : new ClaimedRange.Progress(0, delivery.settled()));
        return partitions == null
                ? range
                : range.at(partitions.placeOf(
                        new Standing(delivery.part(), Long.MIN_VALUE, delivery.readyAtMillis()), chunkId));
    }

    /** Records as their consumer gets them. */
    static HandedRun handed(HandingRun run, String queue, long brokerId) {
        ClaimedRange range = run.range();
        return new HandedRun(
                range.queueId(),
                queue,
                brokerId,
                range.chunkId(),
                range.records(),
                range.attempt(0) - 1,
                run.first(),
                run.count(),
                run.number());
    }
}
