package dev.postrider.broker.dispatch;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.delivery.ClaimedRange;
import dev.postrider.broker.store.Settlement;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Records of one range whose end is to be committed together.
 *
 * @param queue whose range it is
 * @param range the range
 * @param indexes of the records, rising; empty if all of the range is given back
 * @param moves what else the transaction does about them; empty for plain acks
 * @param ending how the records end; null: they are given back, or only move elsewhere
 * @param gives what is given back to the database
 * @param outcome who wants to know
 */
record SettleGroup(
        QueueDispatcher queue,
        ClaimedRange range,
        int[] indexes,
        List<Move> moves,
        Ending ending,
        Gives gives,
        Outcome outcome) {
    /** What is given back to the database. */
    enum Gives {
        /** Nothing. */
        NOTHING,
        /** The range, with all that is not settled in it. */
        RANGE,
        /** The records of the group. The range stays. */
        RECORDS
    }

    /** True if nobody waits for what it makes room for: its commit may come a moment later. */
    boolean canWait() {
        return moves.isEmpty()
                && gives == Gives.NOTHING
                && !queue.isOrdered()
                && queue.definition().settings().limits().maxInFlight() == null;
    }

    boolean release() {
        return gives == Gives.RANGE;
    }

    boolean sheds() {
        return gives == Gives.RECORDS;
    }

    /** What became of a group. Exactly one method is called, once. */
    interface Outcome {
        void committed(SettleGroup group);

        /** The range is no longer this broker's; nothing of the group was done. */
        void lost(SettleGroup group);

        /** The database could not, or it is not known; the records are leased as before. */
        void failed(SettleGroup group, BrokerException reason);
    }

    /**
     * What is to be written of the delivery.
     *
     * @param settledCount how many of the range's records are settled then
     */
    Settlement.Kind kind(int settledCount) {
        if (sheds()) {
            return Settlement.Kind.SHED;
        }
        if (settledCount == range.count()) {
            return Settlement.Kind.FINISH;
        }
        return release() ? Settlement.Kind.RELEASE : Settlement.Kind.PROGRESS;
    }

    /** The records as a delivery of their own. Only of a group that sheds. */
    Settlement.Rest rest() {
        int first = indexes[0];
        int last = indexes[indexes.length - 1];
        BitSet others = new BitSet();
        others.set(first, last + 1);
        for (int index : indexes) {
            others.clear(index);
        }
        int count = last + 1 - first;
        byte[] bits = others.isEmpty() ? null : Arrays.copyOf(others.toByteArray(), (last + 8) / 8);
        return new Settlement.Rest(first, count, bits, count - indexes.length);
    }
}
