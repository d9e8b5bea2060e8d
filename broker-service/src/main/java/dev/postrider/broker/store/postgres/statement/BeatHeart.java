package dev.postrider.broker.store.postgres.statement;

import dev.postrider.broker.store.BrokerRegistry.Heartbeat;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.HashMap;
import java.util.Map;

/** Says that a broker lives, and asks who else does. */
public final class BeatHeart {
    // A beat need not outlive a crash, in which all fall silent at once, and must not hang with a lost standby: then
    // the living would be taken for dead when it is back.
    private static final String SQL =
            """
            with beat as (
              update broker set heartbeat_at = clock_timestamp(), consumers = $2 where id = $1 returning id
            )
            select exists (select from beat), clock_millis(),
                (select jsonb_object_agg(id, address) from broker where id <> $1),
                set_config('synchronous_commit', 'off', true)
            """;

    private BeatHeart() {}

    public static Future<Heartbeat> execute(SqlClient client, long brokerId, Map<Integer, Integer> consumers) {
        JsonObject byQueue = new JsonObject();
        consumers.forEach((queueId, count) -> byQueue.put(Integer.toString(queueId), count));
        return client.preparedQuery(SQL).execute(Tuple.of(brokerId, byQueue)).map(rows -> {
            var row = rows.iterator().next();
            Map<Long, String> peers = new HashMap<>();
            JsonObject addresses = row.getJsonObject(2);
            if (addresses != null) {
                addresses.forEach(entry -> peers.put(Long.valueOf(entry.getKey()), (String) entry.getValue()));
            }
            return new Heartbeat(row.getBoolean(0), row.getLong(1), peers);
        });
    }
}
