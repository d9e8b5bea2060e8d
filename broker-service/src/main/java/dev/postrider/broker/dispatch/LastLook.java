package dev.postrider.broker.dispatch;

import dev.postrider.broker.delivery.ClaimedRange;
import dev.postrider.broker.delivery.QueueCore;
import dev.postrider.protocol.codec.RecordBatchReader;
import dev.postrider.protocol.codec.RecordFlags;
import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.Promise;

/**
 * Looks at each record before it is handed out, and ends instead what has expired or was attempted as often as it may
 * be. Runs on the broker's event loop.
 */
record LastLook(Engine engine, QueueDispatcher queue, Settling settling) implements QueueCore.Gate {
    private static final int MARKS = RecordFlags.TTL | RecordFlags.FAILED;

    @Override
    public boolean letsPass(ClaimedRange range, int index) {
        // The queue's own lifetime for messages of a topic is no part of the record, which other queues share.
        int marks = queue.definition().settings().ttl() == null ? MARKS : MARKS | RecordFlags.TOPIC;
        RecordBatchReader records = range.records();
        // First all of them together: to look at one, a compressed batch has to be expanded.
        boolean unmarked = (records.flags() & marks) == 0 || (records.flags(index) & marks) == 0;
        if (unmarked && range.attempt(0) <= attemptsMax()) {
            return true;
        }
        Ending ending = endingBeforeHandOut(range, records.read(index));
        if (ending == null) {
            return true;
        }
        engine.commits()
                .settle(settling.end(
                        range, new int[] {index}, ending, new SettleOutcomes.Own(queue, Promise.promise())));
        return false;
    }

    /** Why a record is not handed out any more; null: it is. */
    private Ending endingBeforeHandOut(ClaimedRange range, MessageRecord record) {
        long expiresAt = StoredRecords.expiresAtMillis(
                range.chunkId(), record, queue.definition().settings());
        if (expiresAt != 0 && expiresAt <= engine.clock().nowMillis()) {
            return Ending.EXPIRED;
        }
        if (record.attempts() >= attemptsMax()) {
            return Ending.NO_MORE_ATTEMPTS;
        }
        return range.attempt(record.attempts()) > attemptsMax() ? Ending.EXHAUSTED : null;
    }

    private int attemptsMax() {
        return queue.definition().settings().maxAttempts();
    }
}
