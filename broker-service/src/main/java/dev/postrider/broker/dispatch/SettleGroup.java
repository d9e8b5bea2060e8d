package dev.postrider.broker.dispatch;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.delivery.ClaimedRange;
import java.util.List;

/**
 * Records of one range whose end is to be committed together.
 *
 * @param queue whose range it is
 * @param range the range
 * @param indexes of the records; empty for a release
 * @param moves what else the transaction does about them; empty for plain acks
 * @param ending how the records end; null for a release
 * @param release true: the rest of the range is given back to the database
 * @param outcome who wants to know
 */
record SettleGroup(
        QueueDispatcher queue,
        ClaimedRange range,
        int[] indexes,
        List<Move> moves,
        Ending ending,
        boolean release,
        Outcome outcome) {
    /** What became of a group. Exactly one method is called, once. */
    interface Outcome {
        void committed(SettleGroup group);

        /** The range is no longer this broker's; nothing of the group was done. */
        void lost(SettleGroup group);

        /** The database could not, or it is not known; the records are leased as before. */
        void failed(SettleGroup group, BrokerException reason);
    }
}
