package dev.postrider.broker.dispatch;

import dev.postrider.broker.delivery.ClaimedRange;
import dev.postrider.broker.queue.QueueDefinition;
import dev.postrider.broker.store.NewDeadLetter;
import dev.postrider.protocol.record.MessageRecord;

/**
 * How the handing-out of a record ends, and with it where the record goes next.
 *
 * @param kind what the consumer, or the lease, says
 * @param delayMillis for {@link Kind#RETRY}: -1 stands for the queue's backoff
 * @param reason what the consumer says; may be null
 */
record Ending(Kind kind, long delayMillis, String reason) {
    static final Ending ACK = new Ending(Kind.ACK, 0, null);
    static final Ending LEASE_EXPIRED = new Ending(Kind.RETRY, 0, "The lease ran out before the message was settled");
    static final Ending EXPIRED = new Ending(Kind.EXPIRE, 0, null);
    static final Ending EXHAUSTED =
            new Ending(Kind.EXHAUST, 0, "Brokers ended while they held the message, as often as it may be attempted");
    static final Ending NO_MORE_ATTEMPTS = new Ending(
            Kind.EXHAUST, 0, "The queue's 'maxAttempts' was lowered to less than it had been attempted already");

    /** What happens to a record. */
    enum Kind {
        ACK,
        RETRY,
        REJECT,
        EXPIRE,
        EXHAUST
    }

    /** The move that goes with it; null: the record is simply gone. */
    Move moveOf(QueueDispatcher queue, ClaimedRange range, int index, long nowMillis, double random) {
        QueueDefinition definition = queue.definition();
        // By the name, not by the target: until that can be opened the queue keeps expired messages itself.
        boolean expiresQuietly = definition.settings().deadLetterQueue() == null;
        if (kind == Kind.ACK || kind == Kind.EXPIRE && expiresQuietly) {
            return null;
        }
        MessageRecord stored = range.records().read(index);
        int attempt = range.attempt(stored.attempts());
        boolean wasHanded = kind == Kind.RETRY || kind == Kind.REJECT;
        long ttl = StoredRecords.ttlMillis(stored, definition.settings());
        MessageRecord moved = settle(stored, range.chunkId(), index, wasHanded ? attempt : attempt - 1, nowMillis)
                .ttlMillis(ttl)
                .build();
        if (kind == Kind.RETRY && attempt < definition.settings().maxAttempts()) {
            long delay = delayMillis >= 0
                    ? delayMillis
                    : definition.settings().retry().delayMillis(attempt, random);
            return Move.toQueue(queue, moved, delay == 0 ? 0 : nowMillis + delay);
        }
        return bury(queue, moved);
    }

    private static MessageRecord.Builder settle(
            MessageRecord record, long chunkId, int index, int attempts, long nowMillis) {
        MessageRecord.Builder moved =
                StoredRecords.detached(record, chunkId, index).attempts(attempts);
        if (record.firstFailedAtMillis() == MessageRecord.NONE) {
            moved.firstFailedAtMillis(nowMillis);
        }
        return moved;
    }

    private Move bury(QueueDispatcher queue, MessageRecord record) {
        QueueDispatcher target = queue.deadLetterTarget();
        String why = kind == Kind.REJECT ? "rejected" : kind == Kind.EXPIRE ? "expired" : "max-attempts";
        if (target == null) {
            return Move.toDeadLetters(new NewDeadLetter(
                    queue.definition().id(), record, why, reason, record.attempts(), record.firstFailedAtMillis()));
        }
        MessageRecord.Builder letter = record.toBuilder()
                .attempts(0)
                .firstFailedAtMillis(MessageRecord.NONE)
                .ttlMillis(MessageRecord.NONE)
                .header("postrider-dead-letter-queue", queue.definition().name())
                .header("postrider-dead-letter-reason", why)
                .header("postrider-dead-letter-attempts", Integer.toString(record.attempts()));
        if (reason != null) {
            letter.header("postrider-dead-letter-error", reason);
        }
        return Move.toQueue(target, letter.build(), 0);
    }
}
