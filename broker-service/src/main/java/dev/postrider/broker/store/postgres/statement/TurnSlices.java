package dev.postrider.broker.store.postgres.statement;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;

/** Opens slices of time for chunks to come, and does away with old ones. The work is in functions of the database. */
public final class TurnSlices {
    private static final String COUNT = "select count(*) from slice where upper <= chunk_id_floor(clock_millis())";
    private static final String OPEN = "select open_slices($1::bigint, $2::bigint)";
    private static final String DROP = "select drop_slices($1::bigint)";
    private static final String KEEP = "select keep_left_overs($1::bigint, $2::int, $3::bigint)";

    private TurnSlices() {}

    /** How many slices there are whose time is over. */
    public static Future<Integer> countEnded(SqlClient client) {
        return number(client, COUNT, Tuple.tuple());
    }

    /** Answers how many slices were opened. */
    public static Future<Integer> open(SqlClient client, long aheadMillis, long spanMillis) {
        return number(client, OPEN, Tuple.of(aheadMillis, spanMillis));
    }

    /** Drops what ended so long ago and is owed to nobody; answers how many slices went. */
    public static Future<Integer> drop(SqlClient client, long marginMillis) {
        return number(client, DROP, Tuple.of(marginMillis));
    }

    /** Moves what is left in one slice that ended so long ago; answers how many chunks were moved. */
    public static Future<Integer> keepLeftOvers(SqlClient client, long ageMillis, int rowsMax, long bytesMax) {
        return number(client, KEEP, Tuple.of(ageMillis, rowsMax, bytesMax));
    }

    private static Future<Integer> number(SqlClient client, String sql, Tuple parameters) {
        return client.preparedQuery(sql)
                .execute(parameters)
                .map(rows -> rows.iterator().next().getInteger(0));
    }
}
