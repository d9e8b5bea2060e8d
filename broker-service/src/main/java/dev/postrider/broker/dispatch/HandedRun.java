package dev.postrider.broker.dispatch;

import dev.postrider.broker.queue.QueueSettings;
import dev.postrider.protocol.Receipt;
import dev.postrider.protocol.codec.RecordBatchReader;
import dev.postrider.protocol.record.MessageRecord;
import java.util.ArrayList;
import java.util.List;

/**
 * Neighbouring records of a chunk in the hands of one consumer, as they are stored. Immutable and safe for any thread.
 *
 * @param queueId the queue's number
 * @param queue the queue's name
 * @param settings the queue's, as they are at the handing-out
 * @param brokerId the owner's id
 * @param chunkId the chunk's id
 * @param records the whole chunk
 * @param attempts to be added to those that each record says itself
 * @param first index of the first one in the chunk
 * @param count how many, 1 up
 * @param handing of the first one; each further one has the next
 */
public record HandedRun(
        int queueId,
        String queue,
        QueueSettings settings,
        long brokerId,
        long chunkId,
        RecordBatchReader records,
        int attempts,
        int first,
        int count,
        int handing) {

    /** One of them as a message; {@code offset} is its distance from the first. */
    public Delivered message(int offset) {
        int index = first + offset;
        MessageRecord record = records.read(index);
        return new Delivered(
                new Receipt(queueId, brokerId, chunkId, index, handing + offset),
                StoredRecords.id(chunkId, index, record),
                queue,
                record.attempts() + attempts + 1,
                StoredRecords.publishedAtMillis(chunkId, record),
                StoredRecords.expiresAtMillis(chunkId, record, settings),
                record);
    }

    /** When records were published that do not say it themselves. */
    public long publishedAtMillis() {
        return ChunkIds.millisOf(chunkId);
    }

    /** All of several runs as messages. */
    static List<Delivered> messages(List<HandedRun> runs) {
        List<Delivered> messages = new ArrayList<>();
        for (HandedRun run : runs) {
            for (int offset = 0; offset < run.count; offset++) {
                messages.add(run.message(offset));
            }
        }
        return messages;
    }
}
