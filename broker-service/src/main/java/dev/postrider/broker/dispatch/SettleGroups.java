package dev.postrider.broker.dispatch;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.dispatch.SettleGroup.Gives;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Merges what several calls settle of one range into one write. */
final class SettleGroups {
    private SettleGroups() {}

    /**
     * One group for all, of which none {@linkplain SettleGroup#sheds sheds}; empty if the range is no longer this
     * broker's: then the parts have been told.
     */
    static Optional<SettleGroup> merge(List<SettleGroup> parts) {
        SettleGroup head = parts.get(0);
        if (head.range().isDropped()) {
            parts.forEach(part -> part.outcome().lost(part));
            return Optional.empty();
        }
        if (head.sheds()
                && head.range().unsettled() == head.indexes().length
                && !head.range().isDoubted()) {
            return Optional.of(wholeRange(head));
        }
        if (parts.size() == 1) {
            return Optional.of(head);
        }
        int[] indexes = parts.stream()
                .flatMapToInt(part -> Arrays.stream(part.indexes()))
                .toArray();
        List<Move> moves = new ArrayList<>();
        parts.forEach(part -> moves.addAll(part.moves()));
        Gives gives = parts.stream().anyMatch(SettleGroup::release) ? Gives.RANGE : Gives.NOTHING;
        return Optional.of(
                new SettleGroup(head.queue(), head.range(), indexes, moves, head.ending(), gives, new Parts(parts)));
    }

    /** Nothing is left of the range but what is shed: it goes as a whole, so that no empty one stays. */
    private static SettleGroup wholeRange(SettleGroup shed) {
        shed.queue().core().revertSettle(shed.range(), shed.indexes());
        shed.queue().core().setAside(shed.range());
        return new SettleGroup(shed.queue(), shed.range(), new int[0], List.of(), null, Gives.RANGE, shed.outcome());
    }

    private record Parts(List<SettleGroup> parts) implements SettleGroup.Outcome {
        @Override
        public void committed(SettleGroup group) {
            parts.forEach(part -> part.outcome().committed(part));
        }

        @Override
        public void lost(SettleGroup group) {
            parts.forEach(part -> part.outcome().lost(part));
        }

        @Override
        public void failed(SettleGroup group, BrokerException reason) {
            parts.forEach(part -> part.outcome().failed(part, reason));
        }
    }
}
