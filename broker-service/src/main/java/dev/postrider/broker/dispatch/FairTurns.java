package dev.postrider.broker.dispatch;

import dev.postrider.broker.store.Admission;
import dev.postrider.broker.store.Admitted;
import dev.postrider.broker.store.Admitted.Front;
import dev.postrider.protocol.record.MessageRecord;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The turns of what one commit appends to fair queues. Costs nothing where it appends to none. Not thread-safe. */
final class FairTurns {
    private final FairQueues queues;
    private final DatabaseClock clock;
    private Set<Admission.Fair> asked = Set.of();
    private Map<Admission.Fair, Front> fronts = Map.of();
    private final Map<QueueDispatcher, OfQueue> turns = new HashMap<>(0);

    FairTurns(FairQueues queues, DatabaseClock clock) {
        this.queues = queues;
        this.clock = clock;
    }

    /** What the publish is going to append is to be known. */
    void ask(PendingPublish publish) {
        if (publish.topic() == null) {
            ask(publish.queue(), publish);
        } else {
            publish.topic().knownQueues().forEach(queue -> ask(queue, publish));
        }
    }

    private void ask(QueueDispatcher queue, PendingPublish publish) {
        if (FairQueues.isFair(queue)) {
            if (publish.isPlain()) {
                ask(queue, 0);
            } else {
                publish.messages().forEach(message -> ask(queue, message.priority()));
            }
        }
    }

    /** The same for what settling and redriving append. */
    void ask(List<SettleGroup> groups, List<CommitRound.Redrive> redrives) {
        for (SettleGroup group : groups) {
            for (Move move : group.moves()) {
                if (move.target() != null && FairQueues.isFair(move.target())) {
                    ask(move.target(), move.record().priority());
                }
            }
        }
        for (CommitRound.Redrive redrive : redrives) {
            if (FairQueues.isFair(redrive.target())) {
                redrive.records().forEach(record -> ask(redrive.target(), record.priority()));
            }
        }
    }

    private void ask(QueueDispatcher queue, int priority) {
        asked = asked.isEmpty() ? new LinkedHashSet<>() : asked;
        asked.add(new Admission.Fair(queue.definition().id(), priority));
    }

    List<Admission.Fair> asked() {
        return List.copyOf(asked);
    }

    /** Begins anew: what was given out before is void. */
    void begin(Admitted admitted) {
        fronts = admitted.fronts();
        turns.clear();
    }

    /** Null if the queue is not fair. */
    OfQueue of(QueueDispatcher queue) {
        FairQueues.FairQueue fair = queues.find(queue);
        return fair == null
                ? null
                : turns.computeIfAbsent(
                        queue, absent -> new OfQueue(fair, queue.definition().id()));
    }

    /** All of it is stored. */
    void keep() {
        turns.values().forEach(OfQueue::keep);
    }

    /** The turns of one queue. */
    final class OfQueue {
        private final FairQueues.FairQueue queue;
        private final int queueId;
        private final Map<Integer, VirtualTime.Turns> lines = new HashMap<>();

        private OfQueue(FairQueues.FairQueue queue, int queueId) {
            this.queue = queue;
            this.queueId = queueId;
        }

        /** Where a record starts. One that failed has had its turn already, and waits for nobody again. */
        long next(Append append, int offset) {
            MessageRecord single = append.record();
            VirtualTime.Turns line = line(append.delivery());
            return single != null && single.attempts() > 0 ? line.now() : line.next(queue.tenantOf(append, offset));
        }

        private VirtualTime.Turns line(Append.DeliveryTraits delivery) {
            boolean scheduled = delivery.readyAtMillis() > 0;
            int priority = delivery.priority();
            return lines.computeIfAbsent(
                    scheduled ? -1 - priority : priority,
                    absent -> queue.begin(priority, scheduled, frontOf(priority)));
        }

        /** The settings may have changed since the question: then it is as if nothing waited. */
        private Front frontOf(int priority) {
            Front front = fronts.get(new Admission.Fair(queueId, priority));
            return front == null ? new Front(null, clock.nowMillis()) : front;
        }

        private void keep() {
            lines.values().forEach(VirtualTime.Turns::keep);
        }
    }
}
