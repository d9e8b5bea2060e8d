package dev.postrider.broker.store.postgres;

import dev.postrider.broker.store.PeekedDelivery;
import dev.postrider.broker.store.RetainedStore;
import dev.postrider.broker.store.postgres.statement.PeekDeliveries;
import dev.postrider.broker.store.postgres.statement.ReadRetained;
import dev.postrider.broker.store.postgres.statement.ReadRetained.RetainedRow;
import dev.postrider.protocol.TextDuration;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;

/** What topics retain on PostgreSQL. Safe to call from any thread. */
record PostgresRetainedStore(Database database) implements RetainedStore {
    @Override
    public Future<Long> last(int topicId) {
        return database.ask(connection -> ReadRetained.last(connection, topicId));
    }

    @Override
    public Future<Long> before(int topicId, long millis) {
        return database.ask(connection -> ReadRetained.before(connection, topicId, millis - COMMIT_MILLIS_MAX));
    }

    @Override
    public Future<Page> read(int topicId, long afterPlace, int bytesMax) {
        return database.ask(connection -> ReadRetained.execute(connection, topicId, afterPlace, bytesMax))
                .map(PostgresRetainedStore::page);
    }

    private static Page page(List<RetainedRow> rows) {
        RetainedRow any = rows.get(0);
        TextDuration retention = any.retention() == null ? null : TextDuration.parse("retention", any.retention());
        return new Page(
                new Extent(any.nowMillis(), any.exists(), retention, any.sinceMillis()),
                rows.stream()
                        .filter(row -> row.place() > 0)
                        .map(row -> new Retained(row.place(), row.chunkId(), row.first(), row.count(), row.records()))
                        .toList());
    }

    @Override
    public Future<List<PeekedDelivery>> owing(int queueId, Collection<Long> chunkIds) {
        return database.ask(connection -> PeekDeliveries.ofChunks(connection, queueId, chunkIds));
    }
}
