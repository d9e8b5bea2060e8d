package dev.postrider.broker.dispatch;

import dev.postrider.broker.delivery.ClaimedRange;
import dev.postrider.broker.delivery.QueueCore;
import dev.postrider.broker.queue.Precedence;
import java.util.Comparator;

/** In which order a queue's ranges are handed out from memory: as they are claimed. */
final class Ageing {
    private Ageing() {}

    /** What has no place was stored before the queue was fair, and comes last. */
    private static final Comparator<ClaimedRange> BY_TURN = Comparator.comparingInt(
                    (ClaimedRange range) -> -range.priority())
            .thenComparingLong(range ->
                    range.place() == null ? Long.MAX_VALUE : range.place().order())
            .thenComparing(QueueCore.HIGH_PRIORITY_THEN_AGE);

    /**
     * By priority, then age, or by turn where tenants take turns; or, where messages gain priority with age, a priority
     * counts as so much time.
     */
    static Comparator<ClaimedRange> orderOf(Precedence precedence) {
        if (precedence.fairness() != null) {
            return BY_TURN;
        }
        if (precedence.priorityAgeing() == null) {
            return QueueCore.HIGH_PRIORITY_THEN_AGE;
        }
        long ageing = precedence.priorityAgeing().millis();
        return Comparator.comparingLong(
                        (ClaimedRange range) -> ChunkIds.millisOf(range.chunkId()) - range.priority() * ageing)
                .thenComparing(QueueCore.HIGH_PRIORITY_THEN_AGE);
    }
}
