package dev.postrider.broker.store.postgres.statement;

import dev.postrider.broker.store.NewChunk;

/** Stores the records. Their deliveries must be stored in the same transaction: a chunk without one is swept. */
final class InsertChunks {
    static final ParameterRows<NewChunk> ROWS = new ParameterRows<NewChunk>("t")
            .longs("id", NewChunk::id)
            .bytes("records", NewChunk::records)
            .ints("record_count", NewChunk::recordCount);

    private InsertChunks() {}

    /** Its parameters begin with {@code first}. */
    static String sql(boolean single, int first) {
        return """
            insert into chunk (id, records, record_count, byte_count)
            select id, records, record_count, length(records)
            from\s"""
                + ROWS.from(single, first);
    }
}
