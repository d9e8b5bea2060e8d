package dev.postrider.broker.dispatch;

import dev.postrider.broker.queue.TopicDefinition;
import dev.postrider.broker.store.NewDelivery;
import dev.postrider.broker.store.RetainedStore;
import java.util.List;

/**
 * Who gets the records that one commit appends: a queue, or all queues that are subscribed to a topic, which then owe
 * the same chunk. Compared by identity.
 */
final class Fanout {
    /**
     * What is retained for longer lies in kept chunks, so that it does not hold on to slices of time (guessed: so many
     * minutes make some twenty slices).
     */
    private static final long KEPT_FROM_MILLIS = 600_000;

    private final List<QueueDispatcher> queues;
    /** Null: it is a queue. */
    private final TopicDefinition topic;

    private final long retainedMillis;

    /** @param queues in the order of the topic's routes */
    Fanout(TopicDefinition topic, List<QueueDispatcher> queues) {
        this.topic = topic;
        this.queues = queues;
        this.retainedMillis = topic == null ? 0 : retainedMillis(topic);
    }

    private static long retainedMillis(TopicDefinition topic) {
        return Math.max(
                topic.retention() == null ? 0 : topic.retention().millis(),
                topic.followed() ? RetainedStore.FOLLOWED_MILLIS : 0);
    }

    static Fanout to(QueueDispatcher queue) {
        return new Fanout(null, List.of(queue));
    }

    List<QueueDispatcher> queues() {
        return queues;
    }

    /** True: a record's lifetime may differ from queue to queue. */
    boolean isOfTopic() {
        return topic != null;
    }

    /** True: the topic keeps records for those who come later, or who follow it. */
    boolean retains() {
        return retainedMillis > 0;
    }

    /** The traits with which a record goes to the queues. */
    Append.DeliveryTraits placed(Append.DeliveryTraits traits) {
        return retainedMillis <= KEPT_FROM_MILLIS || traits.kept()
                ? traits
                : new Append.DeliveryTraits(
                        true, traits.priority(), traits.readyAtMillis(), traits.expiresAtMillis(), traits.holds());
    }

    /** Makes the chunk lie there as long as the topic retains the records from {@code first} on. */
    NewDelivery retained(ChunkBuilder chunk, int first, int bytes) {
        return new NewDelivery(
                -topic.id(),
                first,
                chunk.count() - first,
                bytes,
                0,
                0,
                DueTimes.expiresAt(ChunkIds.millisOf(chunk.id()) + retainedMillis),
                0,
                null,
                0,
                NewDelivery.Turn.inOrder(RetainedStore.PART, false));
    }
}
