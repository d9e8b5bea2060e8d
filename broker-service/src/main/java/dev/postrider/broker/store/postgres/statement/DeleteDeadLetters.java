package dev.postrider.broker.store.postgres.statement;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.TreeSet;

/** Deletes dead letters: those that go back to work, or those of a queue. */
public final class DeleteDeadLetters {
    private static final String BY_ROW = "delete from dead_letter where id = any($1::bigint[])";
    private static final String BY_MESSAGE =
            "delete from dead_letter where queue_id = $1 and ($2::text is null or message_id = $2)";

    private DeleteDeadLetters() {}

    /** Answers how many were there: fewer than asked for if somebody else has taken them. */
    public static Future<Integer> byRow(SqlClient client, List<Long> ids) {
        return client.preparedQuery(BY_ROW)
                .execute(Tuple.of(Columns.longs(new TreeSet<>(ids))))
                .map(rows -> rows.rowCount());
    }

    /** Null: all of the queue. */
    public static Future<Long> byMessage(SqlClient client, int queueId, String messageId) {
        return client.preparedQuery(BY_MESSAGE)
                .execute(Tuple.of(queueId, messageId))
                .map(rows -> (long) rows.rowCount());
    }
}
