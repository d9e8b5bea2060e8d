package dev.postrider.broker.store.postgres.statement;

import dev.postrider.protocol.TextDuration;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;

/** Creates, changes and deletes topics and subscriptions. A trigger raises the topic's version with the latter. */
public final class WriteTopic {
    private static final String COLUMNS =
            "id, name, retention, floor(extract(epoch from created_at) * 1000)::bigint, version";

    // A row that this statement inserted has no xmax; one that it updated carries the update's lock.
    private static final String PUT =
            """
            insert into topic (name, retention, retained_since)
            values ($1, $2, case when $3::bigint is not null then clock_millis() end)
            on conflict (name) do update set retention = excluded.retention, version = topic.version + 1,
              retained_since = case when $3::bigint is null then null
                when topic.retention is null then clock_millis()
                else greatest(topic.retained_since, clock_millis() - $3::bigint) end
            returning %s, xmax = 0
            """
                    .formatted(COLUMNS);

    private static final String CREATE =
            """
            insert into topic (name) values ($1) on conflict (name) do nothing
            returning %s, true
            """
                    .formatted(COLUMNS);

    private static final String DELETE =
            """
            with gone as (delete from topic where id = $1 returning id),
                keys as (delete from deduplication where queue_id = -$1)
            select id from gone
            """;

    // Both rows are locked against deletion, so that what is not there is no error but no row.
    private static final String SUBSCRIBE =
            """
            insert into subscription (topic_id, queue_id, filter)
            select t.id, q.id, $3
            from (select id from topic where id = $1 for key share) t,
                (select id from queue where id = $2 for key share) q
            on conflict (topic_id, queue_id) do update set filter = excluded.filter
            returning xmax = 0
            """;

    private static final String UNSUBSCRIBE = "delete from subscription where topic_id = $1 and queue_id = $2";

    private WriteTopic() {}

    public static Future<TopicRow> put(SqlClient client, String name, TextDuration retention) {
        Tuple parameters =
                retention == null ? Tuple.of(name, null, null) : Tuple.of(name, retention.text(), retention.millis());
        return client.preparedQuery(PUT).execute(parameters).map(rows -> {
            var row = rows.iterator().next();
            return TopicRow.topic(row, false, row.getBoolean(5), null);
        });
    }

    /** Empty if a topic of that name is there. */
    public static Future<Optional<TopicRow>> create(SqlClient client, String name) {
        return client.preparedQuery(CREATE)
                .execute(Tuple.of(name))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(TopicRow.topic(rows.iterator().next(), false, true, null)));
    }

    /** False if there was none. */
    public static Future<Boolean> delete(SqlClient client, int topicId) {
        return client.preparedQuery(DELETE).execute(Tuple.of(topicId)).map(rows -> rows.size() == 1);
    }

    /** True if it was created, false if it was there; empty if the topic or the queue is not. */
    public static Future<Optional<Boolean>> subscribe(SqlClient client, int topicId, int queueId, String filter) {
        return client.preparedQuery(SUBSCRIBE)
                .execute(Tuple.of(topicId, queueId, filter))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(rows.iterator().next().getBoolean(0)));
    }

    /** False if there was none. */
    public static Future<Boolean> unsubscribe(SqlClient client, int topicId, int queueId) {
        return client.preparedQuery(UNSUBSCRIBE)
                .execute(Tuple.of(topicId, queueId))
                .map(rows -> rows.rowCount() == 1);
    }
}
