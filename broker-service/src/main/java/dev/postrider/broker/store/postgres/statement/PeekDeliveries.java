package dev.postrider.broker.store.postgres.statement;

import dev.postrider.broker.store.PeekedDelivery;
import dev.postrider.broker.store.PeekedDelivery.State;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Reads deliveries of one state by age, a page at a time, and locks none. */
public final class PeekDeliveries {
    private static final String SQL =
            """
            select chunk_id, first, count, priority, case when scheduled then ready_at else 0 end, owner, attempts,
                settled
            from delivery
            where queue_id = $1 and (chunk_id, first) > ($2, $3) and %s
            order by chunk_id, first limit $4
            """;
    private static final String READY = SQL.formatted("owner is null and not scheduled");
    private static final String SCHEDULED = SQL.formatted("scheduled");
    private static final String IN_FLIGHT = SQL.formatted("owner is not null");

    private static final String OF_CHUNKS =
            """
            select chunk_id, first, count, priority, case when scheduled then ready_at else 0 end, owner, attempts,
                settled
            from delivery
            where queue_id = $1 and chunk_id = any($2::bigint[])
            order by chunk_id, first
            """;

    private PeekDeliveries() {}

    /** Where a page starts, exclusive, and how long it is. */
    public record Page(long afterChunk, int afterFirst, int limit) {}

    public static Future<List<PeekedDelivery>> execute(SqlClient client, int queueId, State state, Page page) {
        String sql =
                switch (state) {
                    case READY -> READY;
                    case SCHEDULED -> SCHEDULED;
                    case IN_FLIGHT -> IN_FLIGHT;
                };
        return client.preparedQuery(sql)
                .execute(Tuple.of(queueId, page.afterChunk(), page.afterFirst(), page.limit()))
                .map(PeekDeliveries::deliveries);
    }

    /** What a queue owes of some chunks, in whatever state. */
    public static Future<List<PeekedDelivery>> ofChunks(SqlClient client, int queueId, Collection<Long> chunkIds) {
        return client.preparedQuery(OF_CHUNKS)
                .execute(Tuple.of(queueId, (Object) Columns.longs(chunkIds)))
                .map(PeekDeliveries::deliveries);
    }

    private static List<PeekedDelivery> deliveries(RowSet<Row> rows) {
        List<PeekedDelivery> peeked = new ArrayList<>(rows.size());
        rows.forEach(row -> peeked.add(delivery(row)));
        return peeked;
    }

    private static PeekedDelivery delivery(Row row) {
        return new PeekedDelivery(
                row.getLong(0),
                row.getInteger(1),
                row.getInteger(2),
                row.getInteger(3),
                row.getLong(4),
                Columns.orZero(row, 5),
                row.getInteger(6),
                Columns.bytes(row, 7));
    }
}
