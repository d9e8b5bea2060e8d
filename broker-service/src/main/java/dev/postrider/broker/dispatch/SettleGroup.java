package dev.postrider.broker.dispatch;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.delivery.ClaimedRange;
import java.util.List;

/**
 * Records of one range whose end is to be committed together.
 *
 * @param queue whose range it is
 * @param range the range
 * @param indexes of the records; empty if all of the range is given back
 * @param moves what else the transaction does about them; empty for plain acks
 * @param ending how the records end; null: they are given back
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
}
