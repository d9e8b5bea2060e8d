package dev.postrider.broker.dispatch;

import dev.postrider.broker.delivery.ClaimedRange;
import dev.postrider.broker.delivery.QueueCore;
import dev.postrider.broker.queue.Precedence;
import java.util.Comparator;

/** In which order a queue's ranges are handed out from memory: as they are claimed. */
final class Ageing {
    private Ageing() {}

    /** By priority, then age; or, where messages gain priority with age, a priority counts as so much time. */
    static Comparator<ClaimedRange> orderOf(Precedence precedence) {
        if (precedence.priorityAgeing() == null) {
            return QueueCore.HIGH_PRIORITY_THEN_AGE;
        }
        long ageing = precedence.priorityAgeing().millis();
        return Comparator.comparingLong(
                        (ClaimedRange range) -> ChunkIds.millisOf(range.chunkId()) - range.priority() * ageing)
                .thenComparing(QueueCore.HIGH_PRIORITY_THEN_AGE);
    }
}
