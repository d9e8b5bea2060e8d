package dev.postrider.broker.dispatch;

import dev.postrider.broker.filter.RecordSubject;
import dev.postrider.broker.store.Admitted.Front;
import dev.postrider.protocol.record.MessageRecord;
import java.util.HashMap;
import java.util.Map;
import java.util.WeakHashMap;

/** What a broker knows of its fair queues, for as long as it knows the queues. Runs on the broker's event loop. */
final class FairQueues {
    private static final String HEADERS = "headers.";

    private final Map<QueueDispatcher, FairQueue> queues = new WeakHashMap<>();

    static boolean isFair(QueueDispatcher queue) {
        return fairnessOf(queue) != null;
    }

    private static String fairnessOf(QueueDispatcher queue) {
        return queue.definition().settings().precedence().fairness();
    }

    /** Null if the queue is not fair. */
    FairQueue find(QueueDispatcher queue) {
        String fairness = fairnessOf(queue);
        if (fairness == null) {
            return null;
        }
        FairQueue found = queues.get(queue);
        if (found == null || !found.fairness.equals(fairness)) {
            found = new FairQueue(fairness);
            queues.put(queue, found);
        }
        return found;
    }

    /** One of them. */
    static final class FairQueue {
        private final String fairness;
        private final String header;
        private final Map<Integer, VirtualTime> times = new HashMap<>();

        FairQueue(String fairness) {
            this.fairness = fairness;
            this.header = fairness.startsWith(HEADERS) ? fairness.substring(HEADERS.length()) : null;
        }

        /** Whose the record is; null: nobody's in particular. */
        String tenantOf(Append append, int offset) {
            if (header == null) {
                return append.key(offset);
            }
            MessageRecord record = append.properties(offset);
            return record.headers().isEmpty() ? null : new RecordSubject(record).header(header);
        }

        /**
         * The turns of one commit.
         *
         * @param scheduled true: of what is due later, which has its turn among what is due with it
         */
        VirtualTime.Turns begin(int priority, boolean scheduled, Front front) {
            return times.computeIfAbsent(scheduled ? -1 - priority : priority, absent -> new VirtualTime())
                    .begin(front);
        }
    }
}
