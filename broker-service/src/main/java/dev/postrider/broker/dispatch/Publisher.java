package dev.postrider.broker.dispatch;

import dev.postrider.protocol.codec.RecordBatchReader;
import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.Future;
import java.util.List;

/** Takes messages in. Safe to call from any thread. */
public interface Publisher {
    /**
     * Stores all messages or none, and completes when they are committed.
     *
     * @param queue the queue's name; created if absent where the broker is set so
     * @param messages at least one
     * @return their ids in order; for a duplicate the first message's id
     */
    Future<List<String>> publish(String queue, List<MessageRecord> messages);

    /**
     * As {@link #publish(String, List)}, for records that are encoded already: they are stored as they are.
     *
     * @param records each well formed and within its bounds, without what only the broker sets
     */
    Future<PublishedIds> publishRecords(String queue, RecordBatchReader records);

    /**
     * Stores all messages for every queue that is subscribed to the topic, or none for any.
     *
     * @param topic the topic's name; created if absent where the broker is set so, else {@code topic-not-found}
     * @param messages at least one
     * @return their ids in order; for a duplicate the first message's id
     */
    Future<List<String>> publishToTopic(String topic, List<MessageRecord> messages);

    /** As {@link #publishToTopic}, for records that are encoded already. */
    Future<PublishedIds> publishRecordsToTopic(String topic, RecordBatchReader records);
}
