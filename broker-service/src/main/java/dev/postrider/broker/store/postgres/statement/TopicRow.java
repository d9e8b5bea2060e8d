package dev.postrider.broker.store.postgres.statement;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.ArrayList;
import java.util.List;

/**
 * A topic as it is stored, with one of its subscriptions where they were asked for.
 *
 * @param retention a duration, or null
 * @param followed true if some broker follows it; false where nobody asked
 * @param created true if the statement that returned the row made it
 * @param subscription null: there is none, or none was asked for
 */
public record TopicRow(
        int id,
        String name,
        String retention,
        long createdAtMillis,
        long version,
        boolean followed,
        boolean created,
        Subscription subscription) {
    /** A subscription and the queue that has it. */
    public record Subscription(String filter, long createdAtMillis, QueueRow queue) {}

    private static final int QUEUE = 7;
    private static final int FOLLOWED = QUEUE + 6;

    static List<TopicRow> all(RowSet<Row> rows) {
        List<TopicRow> topics = new ArrayList<>(rows.size());
        rows.forEach(row -> topics.add(topic(row, row.getBoolean(FOLLOWED), false, subscription(row))));
        return topics;
    }

    static TopicRow topic(Row row, boolean followed, boolean created, Subscription subscription) {
        return new TopicRow(
                row.getInteger(0),
                row.getString(1),
                row.getString(2),
                row.getLong(3),
                row.getLong(4),
                followed,
                created,
                subscription);
    }

    private static Subscription subscription(Row row) {
        return row.getInteger(QUEUE) == null
                ? null
                : new Subscription(
                        row.getString(5),
                        row.getLong(6),
                        new QueueRow(
                                row.getInteger(QUEUE),
                                row.getString(QUEUE + 1),
                                row.getJsonObject(QUEUE + 2),
                                row.getBoolean(QUEUE + 3),
                                row.getLong(QUEUE + 4),
                                row.getLong(QUEUE + 5),
                                false));
    }
}
