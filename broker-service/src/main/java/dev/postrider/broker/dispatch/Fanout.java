package dev.postrider.broker.dispatch;

import java.util.List;

/**
 * Who gets the records that one commit appends: a queue, or all queues that are subscribed to a topic, which then owe
 * the same chunk. Compared by identity.
 */
final class Fanout {
    private final List<QueueDispatcher> queues;
    private final boolean ofTopic;

    /** @param queues in the order of the topic's routes */
    Fanout(List<QueueDispatcher> queues) {
        this(queues, true);
    }

    private Fanout(List<QueueDispatcher> queues, boolean ofTopic) {
        this.queues = queues;
        this.ofTopic = ofTopic;
    }

    static Fanout to(QueueDispatcher queue) {
        return new Fanout(List.of(queue), false);
    }

    List<QueueDispatcher> queues() {
        return queues;
    }

    /** True: a record's lifetime may differ from queue to queue. */
    boolean isOfTopic() {
        return ofTopic;
    }
}
