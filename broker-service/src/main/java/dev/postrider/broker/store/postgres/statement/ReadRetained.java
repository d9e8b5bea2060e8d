package dev.postrider.broker.store.postgres.statement;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;

/** Reads what a topic retains, by the places in the index delivery_ordered. */
public final class ReadRetained {
    private static final int ROWS_MAX = 200;
    private static final String OF_TOPIC =
            "queue_id = -$1::int and part = 0 and part >= 0 and owner is null and not scheduled";

    private static final String LAST = "select place from delivery where " + OF_TOPIC + " order by place desc limit 1";

    // Places and ids of chunks grow together but for what commits overtake each other: a look at some chunk made
    // early enough tells of a place before all later ones. Kept ones have negative ids.
    private static final String BEFORE =
            """
            select coalesce(min(place) - 1, (%2$s), 0) from (
              (select place from delivery where %1$s and -priority = 0
                 and chunk_id >= %3$s | (-9223372036854775808) and chunk_id < 0 order by chunk_id limit 1)
              union all
              (select place from delivery where %1$s and -priority = 0
                 and chunk_id >= %3$s order by chunk_id limit 1)) as earliest
            """
                    .formatted(OF_TOPIC, LAST, "chunk_id_floor(least($2, chunk_id_millis(9223372036854775807)))");

    // The topic comes in any case: an outer join. The records come row by row: nobody has counted the chunks, and no
    // plan may think of reading them all.
    private static final String READ =
            """
            with next as materialized (
              select place, chunk_id, first, count, byte_count from delivery
              where %s and place > $2 order by place, first limit $4::int
            ), piece as materialized (
              select * from (
                select n.*, sum(byte_count::bigint) over (order by place, first) - byte_count as before from next n) s
              where before < $3::bigint
            )
            select (select clock_millis()), t.id is not null, t.retention, coalesce(t.retained_since, 0),
                s.place, s.chunk_id, s.first, s.count, (select records from chunk c where c.id = s.chunk_id)
            from (values ($1::int)) as asked (id)
            left join topic t on t.id = asked.id
            left join piece s on true
            order by s.place, s.first
            """
                    .formatted(OF_TOPIC);

    private ReadRetained() {}

    /**
     * An entry, or none, and the topic.
     *
     * @param place 0: there is no entry
     */
    public record RetainedRow(
            long nowMillis,
            boolean exists,
            String retention,
            long sinceMillis,
            long place,
            long chunkId,
            int first,
            int count,
            byte[] records) {}

    /** 0: there is nothing. */
    public static Future<Long> last(SqlClient client, int topicId) {
        return client.preparedQuery(LAST)
                .execute(Tuple.of(topicId))
                .map(rows -> rows.size() == 0 ? 0L : rows.iterator().next().getLong(0));
    }

    /** A place before the first one of a chunk that was made at that time, in milliseconds since 1970, or later. */
    public static Future<Long> before(SqlClient client, int topicId, long millis) {
        return client.preparedQuery(BEFORE)
                .execute(Tuple.of(topicId, millis))
                .map(rows -> rows.iterator().next().getLong(0));
    }

    /** One row at least. */
    public static Future<List<RetainedRow>> execute(SqlClient client, int topicId, long afterPlace, int bytesMax) {
        return client.preparedQuery(READ)
                .execute(Tuple.of(topicId, afterPlace, (long) bytesMax, ROWS_MAX))
                .map(rows -> {
                    List<RetainedRow> read = new ArrayList<>(rows.size());
                    rows.forEach(row -> read.add(row(row)));
                    return read;
                });
    }

    private static RetainedRow row(Row row) {
        boolean isEntry = row.getLong(4) != null;
        return new RetainedRow(
                row.getLong(0),
                row.getBoolean(1),
                row.getString(2),
                row.getLong(3),
                isEntry ? row.getLong(4) : 0,
                isEntry ? row.getLong(5) : 0,
                isEntry ? row.getInteger(6) : 0,
                isEntry ? row.getInteger(7) : 0,
                Columns.bytes(row, 8));
    }
}
