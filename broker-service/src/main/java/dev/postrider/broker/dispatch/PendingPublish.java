package dev.postrider.broker.dispatch;

import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.Promise;
import java.util.List;

/** Messages that were published together and wait for their commit. */
final class PendingPublish {
    private final QueueDispatcher queue;
    private final List<MessageRecord> messages;
    private final Promise<List<String>> answer;
    private final int bytes;

    PendingPublish(QueueDispatcher queue, List<MessageRecord> messages, Promise<List<String>> answer) {
        this.queue = queue;
        this.messages = messages;
        this.answer = answer;
        int sum = 0;
        for (MessageRecord message : messages) {
            sum += message.body().length + 64;
        }
        this.bytes = sum;
    }

    QueueDispatcher queue() {
        return queue;
    }

    List<MessageRecord> messages() {
        return messages;
    }

    Promise<List<String>> answer() {
        return answer;
    }

    int bytes() {
        return bytes;
    }

    boolean isLimited() {
        return queue.definition().settings().maxMessages() != null;
    }

    /** True if a message names a deduplication key, and the queue remembers keys. */
    boolean isKeyed() {
        if (queue.definition().settings().deduplicationWindow().millis() == 0) {
            return false;
        }
        for (MessageRecord message : messages) {
            if (keyOf(message) != null) {
                return true;
            }
        }
        return false;
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
