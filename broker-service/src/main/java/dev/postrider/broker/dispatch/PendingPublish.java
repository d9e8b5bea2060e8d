package dev.postrider.broker.dispatch;

import dev.postrider.broker.queue.Limits;
import dev.postrider.broker.queue.QueueSettings;
import dev.postrider.protocol.codec.RecordBatchReader;
import dev.postrider.protocol.codec.RecordFlags;
import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;

/** Messages that were published together and wait for their commit: to be encoded, or as records already. */
final class PendingPublish {
    /** Fields of which storing and delivering depend. */
    private static final int ACTED_ON = RecordFlags.ID
            | RecordFlags.PRIORITY
            | RecordFlags.DELIVER_AT
            | RecordFlags.DELAY
            | RecordFlags.TTL
            | RecordFlags.DEDUPLICATION_KEY;

    private final QueueDispatcher queue;
    private final Topic topic;
    private final RecordBatchReader records;
    private final Promise<PublishedIds> answer;
    private final int count;
    private final int bytes;
    private List<MessageRecord> messages;

    private PendingPublish(
            QueueDispatcher queue,
            Topic topic,
            RecordBatchReader records,
            List<MessageRecord> messages,
            int bytes,
            Promise<PublishedIds> answer) {
        this.queue = queue;
        this.topic = topic;
        this.records = records;
        this.messages = messages;
        this.count = messages == null ? records.count() : messages.size();
        this.bytes = bytes;
        this.answer = answer;
    }

    static PendingPublish ofMessages(
            QueueDispatcher queue, List<MessageRecord> messages, Promise<PublishedIds> answer) {
        return new PendingPublish(queue, null, null, messages, bytesOf(messages), answer);
    }

    static PendingPublish ofMessages(Topic topic, List<MessageRecord> messages, Promise<PublishedIds> answer) {
        return new PendingPublish(null, topic, null, messages, bytesOf(messages), answer);
    }

    private static int bytesOf(List<MessageRecord> messages) {
        int sum = 0;
        for (MessageRecord message : messages) {
            sum += bytesOf(message);
        }
        return sum;
    }

    /** About how many bytes it takes. */
    static int bytesOf(MessageRecord message) {
        return message.body().length + 64;
    }

    static PendingPublish ofRecords(QueueDispatcher queue, RecordBatchReader records, Promise<PublishedIds> answer) {
        return new PendingPublish(queue, null, records, null, records.byteCount(), answer);
    }

    static PendingPublish ofRecords(Topic topic, RecordBatchReader records, Promise<PublishedIds> answer) {
        return new PendingPublish(null, topic, records, null, records.byteCount(), answer);
    }

    /** True if nothing in these records matters to the broker but that they are there. */
    static boolean isPlain(RecordBatchReader records) {
        return (records.flags() & ACTED_ON) == 0;
    }

    /** Where it goes; null: to a topic. */
    QueueDispatcher queue() {
        return queue;
    }

    /** Where it goes; null: to a queue. */
    Topic topic() {
        return topic;
    }

    /** The queue or the topic. */
    Object target() {
        return topic == null ? queue : topic;
    }

    /** What names the target among deduplication keys: a queue's id, or minus a topic's. */
    int targetId() {
        return topic == null ? queue.definition().id() : -topic.routes().topic().id();
    }

    /** As they came; null: they are to be encoded. */
    RecordBatchReader records() {
        return records;
    }

    /** True if the records can be stored in one piece, without a look at any. */
    boolean isPlain() {
        return topic == null
                && records != null
                && isPlain(records)
                && queue.definition().settings().ttl() == null;
    }

    int count() {
        return count;
    }

    List<MessageRecord> messages() {
        if (messages == null) {
            messages = new ArrayList<>(count);
            for (int index = 0; index < count; index++) {
                messages.add(records.read(index));
            }
        }
        return messages;
    }

    Promise<PublishedIds> answer() {
        return answer;
    }

    int bytes() {
        return bytes;
    }

    boolean isLimited() {
        return topic == null ? isLimited(queue) : topic.knownQueues().stream().anyMatch(PendingPublish::isLimited);
    }

    /** Those of the queues it goes to that have a limit. */
    List<QueueDispatcher> limitedQueues() {
        List<QueueDispatcher> queues = topic == null ? List.of(queue) : topic.knownQueues();
        return queues.stream().filter(PendingPublish::isLimited).toList();
    }

    /** True if the queue holds no more than so many messages or bytes. */
    static boolean isLimited(QueueDispatcher queue) {
        Limits limits = queue.definition().settings().limits();
        return limits.maxMessages() != null || limits.maxBytes() != null;
    }

    /** Those of the queues it goes to that are ordered, or fair: each commit says who is next for the one after it. */
    List<QueueDispatcher> orderedQueues() {
        if (topic == null) {
            return isInTurn(queue) ? List.of(queue) : List.of();
        }
        return topic.knownQueues().stream().filter(PendingPublish::isInTurn).toList();
    }

    private static boolean isInTurn(QueueDispatcher queue) {
        return queue.isOrdered() || FairQueues.isFair(queue);
    }

    /** True if a message names a deduplication key, and the queue remembers keys. */
    boolean isKeyed() {
        if (isPlain() || keyWindowMillis() == 0) {
            return false;
        }
        for (MessageRecord message : messages()) {
            if (keyOf(message) != null) {
                return true;
            }
        }
        return false;
    }

    /** How long the keys are remembered; 0: not at all. A topic has no setting of its own for it. */
    long keyWindowMillis() {
        QueueSettings settings = topic == null ? queue.definition().settings() : QueueSettings.DEFAULTS;
        long window = settings.deduplicationWindow().millis();
        return window < FiringKeys.WINDOW_MILLIS && FiringKeys.isFiring(messages) ? FiringKeys.WINDOW_MILLIS : window;
    }

    /** If a limit refuses it, the keys it claimed must not be committed with other people's messages. */
    boolean mustCommitAlone() {
        return isLimited() && isKeyed();
    }

    /** The deduplication key: the one given, or else the id the producer chose; null if there is neither. */
    static String keyOf(MessageRecord message) {
        return message.deduplicationKey() != null ? message.deduplicationKey() : message.id();
    }
}
