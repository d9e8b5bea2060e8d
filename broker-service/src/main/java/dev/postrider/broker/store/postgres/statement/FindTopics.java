package dev.postrider.broker.store.postgres.statement;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads topics, each with its subscriptions and the queues that have them: one statement sees one state. */
public final class FindTopics {
    private static final String ROWS =
            """
            select t.id, t.name, t.retention, floor(extract(epoch from t.created_at) * 1000)::bigint, t.version,
                s.filter, floor(extract(epoch from s.created_at) * 1000)::bigint,
                q.id, q.name, q.settings, q.paused, floor(extract(epoch from q.created_at) * 1000)::bigint, q.version,
                exists (select from topic_follower f where f.topic_id = t.id)
            from %s t left join (subscription s join queue q on q.id = s.queue_id) on s.topic_id = t.id
            order by t.name, q.name
            """;

    private static final String BY_NAME = ROWS.formatted("(select * from topic where name = $1)");
    private static final String PAGE = ROWS.formatted(
            """
            (select * from topic where name > $1 and name >= $2 and starts_with(name, $2)
                order by name limit $3)""");
    private static final String OF_QUEUE =
            ROWS.formatted("(select * from topic where id in (select topic_id from subscription where queue_id = $1))");
    private static final String VERSIONS = "select id, version from topic where id = any($1::int[])";

    private FindTopics() {}

    /** One row for each subscription, or one without queue; none if there is no such topic. */
    public static Future<List<TopicRow>> byName(SqlClient client, String name) {
        return client.preparedQuery(BY_NAME).execute(Tuple.of(name)).map(TopicRow::all);
    }

    /** As {@link #byName}, for many topics. {@code after} and {@code prefix} may be empty. */
    public static Future<List<TopicRow>> page(SqlClient client, String prefix, String after, int limit) {
        return client.preparedQuery(PAGE)
                .execute(Tuple.of(after, prefix, limit))
                .map(TopicRow::all);
    }

    /** As {@link #byName}, for the topics that a queue is subscribed to. */
    public static Future<List<TopicRow>> ofQueue(SqlClient client, int queueId) {
        return client.preparedQuery(OF_QUEUE).execute(Tuple.of(queueId)).map(TopicRow::all);
    }

    /** Versions by id; a topic that is not there is missing. */
    public static Future<Map<Integer, Long>> versions(SqlClient client, Collection<Integer> topicIds) {
        return client.preparedQuery(VERSIONS)
                .execute(Tuple.of(Columns.ints(topicIds)))
                .map(rows -> {
                    Map<Integer, Long> versions = new HashMap<>();
                    rows.forEach(row -> versions.put(row.getInteger(0), row.getLong(1)));
                    return versions;
                });
    }
}
