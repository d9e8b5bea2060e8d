package dev.postrider.broker.dispatch;

import dev.postrider.broker.queue.Durability;
import java.util.List;

/** Which commits need not wait for the disk. */
final class Relaxation {
    private Relaxation() {}

    /** True if nothing but queues that say so is concerned, and nothing that this broker holds gets another owner. */
    static boolean isFit(List<PendingPublish> publishes, List<SettleGroup> groups, List<CommitRound.Redrive> redrives) {
        for (PendingPublish publish : publishes) {
            if (publish.topic() != null || !isRelaxed(publish.queue())) {
                return false;
            }
        }
        for (SettleGroup group : groups) {
            boolean givesBack = group.release() || group.sheds();
            if (givesBack
                    || !isRelaxed(group.queue())
                    || !group.moves().stream().allMatch(Relaxation::isRelaxed)) {
                return false;
            }
        }
        return redrives.isEmpty();
    }

    private static boolean isRelaxed(Move move) {
        return move.target() != null && isRelaxed(move.target());
    }

    private static boolean isRelaxed(QueueDispatcher queue) {
        return queue.definition().settings().durability() == Durability.RELAXED;
    }
}
