package dev.postrider.broker.dispatch;

import dev.postrider.broker.store.NewDeadLetter;
import dev.postrider.protocol.record.MessageRecord;

/**
 * Where a record goes in the transaction that settles it: back to a queue, or to the dead letters. Exactly one of
 * the two groups is set.
 *
 * @param target the queue it goes to; null: it becomes a dead letter
 * @param record as it goes there; null for a dead letter
 * @param readyAtMillis when it is ready there; 0: at once
 * @param deadLetter the dead letter; null: it goes to a queue
 */
record Move(QueueDispatcher target, MessageRecord record, long readyAtMillis, NewDeadLetter deadLetter) {
    static Move toQueue(QueueDispatcher target, MessageRecord record, long readyAtMillis) {
        return new Move(target, record, readyAtMillis, null);
    }

    static Move toDeadLetters(NewDeadLetter deadLetter) {
        return new Move(null, null, 0, deadLetter);
    }
}
