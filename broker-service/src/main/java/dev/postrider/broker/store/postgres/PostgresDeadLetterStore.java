package dev.postrider.broker.store.postgres;

import dev.postrider.broker.store.DeadLetterStore;
import dev.postrider.broker.store.postgres.statement.DeleteDeadLetters;
import dev.postrider.broker.store.postgres.statement.ListDeadLetters;
import io.vertx.core.Future;
import java.util.List;

/** The table {@code dead_letter}. Safe to call from any thread. */
final class PostgresDeadLetterStore implements DeadLetterStore {
    private final Database database;

    PostgresDeadLetterStore(Database database) {
        this.database = database;
    }

    @Override
    public Future<List<DeadLetter>> list(int queueId, String reason, long afterId, int limit) {
        return database.ask(connection -> ListDeadLetters.byReason(connection, queueId, reason, afterId, limit));
    }

    @Override
    public Future<List<DeadLetter>> find(int queueId, List<String> messageIds, long afterId, int limit) {
        return database.ask(connection -> ListDeadLetters.byMessage(connection, queueId, messageIds, afterId, limit));
    }

    @Override
    public Future<Long> delete(int queueId, String messageId) {
        return database.once(connection -> DeleteDeadLetters.byMessage(connection, queueId, messageId));
    }
}
