package dev.postrider.broker.store;

import dev.postrider.protocol.record.MessageRecord;

/**
 * A dead letter to insert: a row, because people query it.
 *
 * @param queueId the queue in which it failed
 * @param record the message; {@code id} and {@code publishedAtMillis} are set
 * @param reason {@code max-attempts}, {@code expired} or {@code rejected}
 * @param error what the last consumer said; may be null
 * @param attempts how many were made
 * @param firstFailedAtMillis when it first failed
 */
public record NewDeadLetter(
        int queueId, MessageRecord record, String reason, String error, int attempts, long firstFailedAtMillis) {}
