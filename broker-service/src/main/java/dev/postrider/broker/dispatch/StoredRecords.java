package dev.postrider.broker.dispatch;

import dev.postrider.broker.delivery.ClaimedRange;
import dev.postrider.broker.delivery.HandingRun;
import dev.postrider.broker.queue.QueueDefinition;
import dev.postrider.broker.queue.QueueSettings;
import dev.postrider.broker.store.FairPlace;
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

    /**
     * When a queue drops the record; 0: never.
     *
     * @param queue whose default lifetime holds for messages of topics: all others say theirs themselves
     */
    static long expiresAtMillis(long chunkId, MessageRecord record, QueueSettings queue) {
        long ttl = ttlMillis(record, queue);
        return ttl == MessageRecord.NONE ? 0 : publishedAtMillis(chunkId, record) + ttl;
    }

    /** How long a queue keeps the record, from its publishing; {@link MessageRecord#NONE}: for ever. */
    static long ttlMillis(MessageRecord record, QueueSettings queue) {
        // Once it has left the chunk that the queues share, it says its time of publishing, and its lifetime if any.
        boolean shared = record.topic() != null && record.publishedAtMillis() == MessageRecord.NONE;
        return record.ttlMillis() == MessageRecord.NONE && shared && queue.ttl() != null
                ? queue.ttl().millis()
                : record.ttlMillis();
    }

    /**
     * A range that this broker owns from the start.
     *
     * @param partitions null: it belongs to none
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
        if (partitions == null) {
            NewDelivery.Turn turn = delivery.turn();
            return FairPlace.isFair(turn.part()) ? range.at(placeOf(turn.part(), turn.place())) : range;
        }
        return range.at(partitions.placeOf(new Standing(delivery.part(), Long.MIN_VALUE, delivery.readyAtMillis())));
    }

    /** Where a range stands in memory of a queue without partitions; {@code standing} null: it has no place. */
    static ClaimedRange.Place placeOf(Standing standing) {
        return standing == null ? null : placeOf(standing.part(), standing.place());
    }

    private static ClaimedRange.Place placeOf(int part, long place) {
        return new ClaimedRange.Place(part, place, ClaimedRange.Place.AT_ONCE);
    }

    /** A record of a range with all that its place said of it, so that it can lie elsewhere; ready at once. */
    static MessageRecord detached(ClaimedRange range, int index, QueueSettings queue) {
        MessageRecord stored = range.records().read(index);
        return detached(stored, range.chunkId(), index)
                .attempts(range.attempt(stored.attempts()) - 1)
                .ttlMillis(ttlMillis(stored, queue))
                .build();
    }

    /** The record with its id and its time of publishing, and without its delay. */
    static MessageRecord.Builder detached(MessageRecord record, long chunkId, int index) {
        return record.toBuilder()
                .delayMillis(MessageRecord.NONE)
                .deliverAtMillis(MessageRecord.NONE)
                .id(id(chunkId, index, record))
                .publishedAtMillis(publishedAtMillis(chunkId, record));
    }

    /** Records as their consumer gets them. */
    static HandedRun handed(HandingRun run, QueueDefinition queue, long brokerId) {
        ClaimedRange range = run.range();
        return new HandedRun(
                range.queueId(),
                queue.name(),
                queue.settings(),
                brokerId,
                range.chunkId(),
                range.records(),
                range.attempt(0) - 1,
                run.first(),
                run.count(),
                run.number());
    }
}
