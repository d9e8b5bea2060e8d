package dev.postrider.broker.store.postgres.statement;

import dev.postrider.broker.store.DeadLetterStore.DeadLetter;
import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;

/** Reads dead letters of a queue, oldest first, a page at a time. */
public final class ListDeadLetters {
    private static final String COLUMNS =
            """
            id, message_id, reason, error, attempts, floor(extract(epoch from first_failed_at) * 1000)::bigint,
            floor(extract(epoch from dead_lettered_at) * 1000)::bigint,
            floor(extract(epoch from published_at) * 1000)::bigint, priority, content_type, message_key, topic,
            headers, body
            """;

    private static final String BY_REASON =
            """
            select %s from dead_letter
            where queue_id = $1 and id > $2 and ($3::text is null or reason = $3)
            order by id limit $4
            """
                    .formatted(COLUMNS);

    private static final String BY_MESSAGE =
            """
            select %s from dead_letter
            where queue_id = $1 and id > $2 and ($3::text[] is null or message_id = any($3))
            order by id limit $4
            """
                    .formatted(COLUMNS);

    private ListDeadLetters() {}

    /** {@code reason} null: any. */
    public static Future<List<DeadLetter>> byReason(
            SqlClient client, int queueId, String reason, long afterId, int limit) {
        return client.preparedQuery(BY_REASON)
                .execute(Tuple.of(queueId, afterId, reason, limit))
                .map(ListDeadLetters::letters);
    }

    /** {@code messageIds} null: any. */
    public static Future<List<DeadLetter>> byMessage(
            SqlClient client, int queueId, List<String> messageIds, long afterId, int limit) {
        String[] ids = messageIds == null ? null : messageIds.toArray(String[]::new);
        return client.preparedQuery(BY_MESSAGE)
                .execute(Tuple.of(queueId, afterId, ids, limit))
                .map(ListDeadLetters::letters);
    }

    private static List<DeadLetter> letters(RowSet<Row> rows) {
        List<DeadLetter> letters = new ArrayList<>(rows.size());
        rows.forEach(row -> letters.add(letter(row)));
        return letters;
    }

    private static DeadLetter letter(Row row) {
        MessageRecord.Builder record = MessageRecord.builder()
                .id(row.getString(1))
                .publishedAtMillis(row.getLong(7))
                .priority(row.getInteger(8))
                .contentType(row.getString(9))
                .key(row.getString(10))
                .topic(row.getString(11))
                .body(Columns.bytes(row, 13));
        for (Object pair : row.getJsonArray(12)) {
            JsonArray nameAndValue = (JsonArray) pair;
            record.header(nameAndValue.getString(0), nameAndValue.getString(1));
        }
        return new DeadLetter(
                row.getLong(0),
                record.build(),
                row.getString(2),
                row.getString(3),
                row.getInteger(4),
                row.getLong(5),
                row.getLong(6));
    }
}
