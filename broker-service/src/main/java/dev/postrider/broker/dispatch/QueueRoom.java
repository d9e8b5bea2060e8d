package dev.postrider.broker.dispatch;

import dev.postrider.broker.queue.Limits;
import dev.postrider.broker.queue.Overflow;
import dev.postrider.broker.store.Admitted.Depth;
import dev.postrider.broker.store.Excess;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Holds the publishes of one commit against the bounds of their queues, in order: what may come in, and what must go
 * for it where a queue drops its oldest messages. Used once. Not thread-safe.
 */
final class QueueRoom {
    private final Map<Integer, Depth> depths;
    private final Map<Integer, Filling> fillings = new HashMap<>();

    /** @param depths what the limited queues hold before the commit */
    QueueRoom(Map<Integer, Depth> depths) {
        this.depths = depths;
    }

    /**
     * Takes messages in unless they would be too many, or could never fit.
     *
     * @param count messages of the publish that are no duplicates, 0 up
     */
    boolean admits(PendingPublish publish, long count) {
        long bytes = publish.bytes() * count / publish.count();
        boolean fits = fits(publish.queue(), count, bytes);
        if (fits) {
            take(publish.queue(), count, bytes);
        }
        return fits;
    }

    /** True unless so many messages more would be too many for the queue, or could never fit. */
    boolean fits(QueueDispatcher queue, long count, long bytes) {
        return count == 0 || !PendingPublish.isLimited(queue) || filling(queue).fits(count, bytes);
    }

    /** Takes in what {@link #fits}. */
    void take(QueueDispatcher queue, long count, long bytes) {
        if (count > 0 && PendingPublish.isLimited(queue)) {
            filling(queue).take(count, bytes);
        }
    }

    private Filling filling(QueueDispatcher queue) {
        Limits limits = queue.definition().settings().limits();
        return fillings.computeIfAbsent(
                queue.definition().id(), id -> new Filling(limits, depths.getOrDefault(id, Depth.NONE)));
    }

    /** What must go so that all that was taken in fits. */
    List<Excess> excess() {
        List<Excess> all = new ArrayList<>();
        fillings.forEach((queueId, filling) -> filling.addExcess(queueId, all));
        return all;
    }

    /** What comes into one queue. */
    private static final class Filling {
        private final Limits limits;
        private final Depth before;
        private long messages;
        private long bytes;
        private long lastMessages;
        private long lastBytes;

        Filling(Limits limits, Depth before) {
            this.limits = limits;
            this.before = before;
        }

        boolean fits(long count, long size) {
            return limits.overflow() == Overflow.DROP_OLDEST
                    ? overMessages(count) <= 0 && overBytes(size) <= 0
                    : overMessages(before.messages() + messages + count) <= 0
                            && overBytes(before.bytes() + bytes + size) <= 0;
        }

        void take(long count, long size) {
            messages += count;
            bytes += size;
            lastMessages = count;
            lastBytes = size;
        }

        private long overMessages(long all) {
            return limits.maxMessages() == null ? 0 : all - limits.maxMessages();
        }

        private long overBytes(long all) {
            return limits.maxBytes() == null ? 0 : all - limits.maxBytes();
        }

        /** Never so much that the last publish would be its own victim because all before it are in flight. */
        void addExcess(int queueId, List<Excess> all) {
            long tooMany = Math.min(
                    overMessages(before.messages() + messages), before.readyMessages() + messages - lastMessages);
            long tooLarge = Math.min(overBytes(before.bytes() + bytes), before.readyBytes() + bytes - lastBytes);
            if (limits.overflow() == Overflow.DROP_OLDEST && (tooMany > 0 || tooLarge > 0)) {
                all.add(new Excess(queueId, Math.max(0, tooMany), Math.max(0, tooLarge)));
            }
        }
    }
}
