package dev.postrider.broker.store;

import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.Future;
import java.util.List;

/** Dead letters: a row each. */
public interface DeadLetterStore {
    /** Oldest first, those after row {@code afterId} (0: from the start); {@code reason} null: all. */
    Future<List<DeadLetter>> list(int queueId, String reason, long afterId, int limit);

    /** Those with the given message ids ({@code null}: any), oldest first, for a redrive. */
    Future<List<DeadLetter>> find(int queueId, List<String> messageIds, long afterId, int limit);

    /** Deletes the ones with that message id; null: all. Returns how many went. */
    Future<Long> delete(int queueId, String messageId);

    /**
     * A dead letter.
     *
     * @param id of the row, ascending
     * @param record the message, id and publishedAt set
     * @param reason {@code max-attempts}, {@code expired} or {@code rejected}
     * @param error what the last consumer said; may be null
     * @param attempts how many were made
     * @param firstFailedAtMillis when it first failed
     * @param deadLetteredAtMillis when it was given up
     */
    record DeadLetter(
            long id,
            MessageRecord record,
            String reason,
            String error,
            int attempts,
            long firstFailedAtMillis,
            long deadLetteredAtMillis) {}
}
