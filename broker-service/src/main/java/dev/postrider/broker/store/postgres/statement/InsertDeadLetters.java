package dev.postrider.broker.store.postgres.statement;

import dev.postrider.broker.store.NewDeadLetter;
import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.List;

/** Stores what was given up, a row each. */
public final class InsertDeadLetters {
    private static final String SQL =
            """
            insert into dead_letter (queue_id, message_id, reason, error, attempts, first_failed_at, published_at,
                priority, content_type, message_key, topic, headers, body)
            select queue_id, message_id, reason, error, attempts, to_timestamp(first_failed_at / 1000.0),
                to_timestamp(published_at / 1000.0), priority, content_type, message_key, topic, headers::jsonb, body
            from unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::int[], $6::bigint[], $7::bigint[],
                    $8::int[], $9::text[], $10::text[], $11::text[], $12::text[], $13::bytea[])
                as t (queue_id, message_id, reason, error, attempts, first_failed_at, published_at, priority,
                    content_type, message_key, topic, headers, body)
            """;

    private InsertDeadLetters() {}

    public static Future<?> execute(SqlClient client, List<NewDeadLetter> letters) {
        return client.preparedQuery(SQL)
                .execute(Tuple.from(List.of(
                        Columns.ints(letters, NewDeadLetter::queueId),
                        Columns.texts(
                                letters, letter -> storable(letter.record().id())),
                        Columns.texts(letters, NewDeadLetter::reason),
                        Columns.texts(letters, letter -> storable(letter.error())),
                        Columns.ints(letters, NewDeadLetter::attempts),
                        Columns.longs(letters, NewDeadLetter::firstFailedAtMillis),
                        Columns.longs(letters, letter -> letter.record().publishedAtMillis()),
                        Columns.ints(letters, letter -> letter.record().priority()),
                        Columns.texts(
                                letters, letter -> storable(letter.record().contentType())),
                        Columns.texts(
                                letters, letter -> storable(letter.record().key())),
                        Columns.texts(
                                letters, letter -> storable(letter.record().topic())),
                        Columns.texts(letters, letter -> headers(letter.record())),
                        Columns.bytes(letters, letter -> letter.record().body()))));
    }

    private static String headers(MessageRecord record) {
        JsonArray pairs = new JsonArray();
        record.headers()
                .forEach((name, value) ->
                        pairs.add(new JsonArray().add(storable(name)).add(storable(value))));
        return pairs.encode();
    }

    /**
     * PostgreSQL's text has no NUL and no lone surrogate; one of them must not keep a whole transaction from being
     * stored.
     */
    private static String storable(String text) {
        if (text == null || text.chars().allMatch(c -> c != 0 && !Character.isSurrogate((char) c))) {
            return text;
        }
        StringBuilder storable = new StringBuilder(text.length());
        text.codePoints()
                .forEach(c -> storable.appendCodePoint(
                        c == 0 || c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xfffd : c));
        return storable.toString();
    }
}
