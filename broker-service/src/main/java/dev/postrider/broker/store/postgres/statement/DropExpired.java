package dev.postrider.broker.store.postgres.statement;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Deletes what time has made worthless: unowned deliveries that expired as a whole, and old deduplication keys. */
public final class DropExpired {
    private static final int ROWS_MAX = 5_000;

    // Where a queue sends its dead letters elsewhere, expired ones go there too: see ClaimExpired.
    private static final String DELIVERIES =
            """
            with doomed as materialized (
              select chunk_id, queue_id, first from delivery
              where owner is null and expires_at is not null and expires_at <= (select clock_millis())
                and not exists (select from queue q
                    where q.id = queue_id and q.settings ->> 'deadLetterQueue' is not null)
              order by expires_at limit $1 for update skip locked
            )
            delete from delivery d using doomed
            where d.chunk_id = doomed.chunk_id and d.queue_id = doomed.queue_id and d.first = doomed.first
            returning d.chunk_id, d.count - d.settled_count, d.queue_id
            """;

    private static final String KEYS =
            """
            with doomed as materialized (
              select queue_id, key_hash from deduplication where expires_at <= (select clock_millis())
              order by expires_at limit $1 for update skip locked
            )
            delete from deduplication d using doomed
            where d.queue_id = doomed.queue_id and d.key_hash = doomed.key_hash
            """;

    private DropExpired() {}

    /** How many messages went by queue, and from which chunks; {@link DeleteUnowedChunks} must follow. */
    public record Dropped(Map<Integer, Long> messages, Set<Long> chunkIds) {}

    public static Future<Dropped> deliveries(SqlClient client) {
        return client.preparedQuery(DELIVERIES).execute(Tuple.of(ROWS_MAX)).map(rows -> {
            Set<Long> chunkIds = new HashSet<>();
            Map<Integer, Long> messages = new HashMap<>();
            for (var row : rows) {
                chunkIds.add(row.getLong(0));
                // What a topic retained has ended for nobody.
                if (row.getInteger(2) > 0) {
                    messages.merge(row.getInteger(2), row.getLong(1), Long::sum);
                }
            }
            return new Dropped(messages, chunkIds);
        });
    }

    /** Answers how many keys went. */
    public static Future<Long> deduplicationKeys(SqlClient client) {
        return client.preparedQuery(KEYS).execute(Tuple.of(ROWS_MAX)).map(rows -> (long) rows.rowCount());
    }
}
