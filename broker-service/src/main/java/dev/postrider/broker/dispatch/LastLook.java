package dev.postrider.broker.dispatch;

import dev.postrider.broker.delivery.ClaimedRange;
import dev.postrider.broker.delivery.QueueCore;
import dev.postrider.protocol.codec.RecordFlags;
import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.Promise;

/**
 * Looks at each record before it is handed out, and ends instead what has expired or was attempted as often as it may
 * be. Runs on the broker's event loop.
 */
record LastLook(Engine engine, QueueDispatcher queue, Settling settling) implements QueueCore.Gate {
    @Override
    public boolean letsPass(ClaimedRange range, int index) {
        boolean unmarked = (range.records().flags(index) & (RecordFlags.TTL | RecordFlags.FAILED)) == 0;
        if (unmarked && range.attempt(0) <= attemptsMax()) {
            return true;
        }
        Ending ending = endingBeforeHandOut(range, range.records().read(index));
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
        long expiresAt = StoredRecords.expiresAtMillis(range.chunkId(), record);
        if (expiresAt != 0 && expiresAt <= engine.clock().nowMillis()) {
            return Ending.EXPIRED;
        }
        return range.attempt(record.attempts()) > attemptsMax() ? Ending.EXHAUSTED : null;
    }

    private int attemptsMax() {
        return queue.definition().settings().maxAttempts();
    }
}
