package dev.postrider.broker.store.postgres.statement;

import dev.postrider.broker.store.BrokerRegistry.Membership;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Optional;

/** Gives a new broker its row and the free slot whose turn it is. */
public final class JoinBrokers {
    private static final String LOCK = "select pg_advisory_xact_lock(" + 0x706f7375 + ")::text";
    private static final String REMOVE_PREDECESSORS = "delete from broker where address = $1 returning id";
    private static final String JOIN =
            """
            insert into broker (id, slot, address)
            select $1, slot, $2
            from (select nextval('broker_slot')::int as slot from generate_series(0, 1023)) as next
            where slot not in (select slot from broker)
            limit 1
            returning slot, clock_millis()
            """;

    private JoinBrokers() {}

    /** One joins at a time, or two would take the same slot. */
    public static Future<?> lock(SqlClient client) {
        return client.preparedQuery(LOCK).execute();
    }

    /** Removes rows with that address; answers whose. Their deliveries are then owned by no broker. */
    public static Future<List<Long>> removePredecessors(SqlClient client, String address) {
        return client.preparedQuery(REMOVE_PREDECESSORS)
                .execute(Tuple.of(address))
                .map(Columns::longs);
    }

    /** Empty if every slot is taken. */
    public static Future<Optional<Membership>> execute(SqlClient client, long id, String address) {
        return client.preparedQuery(JOIN).execute(Tuple.of(id, address)).map(rows -> {
            if (rows.size() == 0) {
                return Optional.empty();
            }
            var row = rows.iterator().next();
            return Optional.of(new Membership(id, row.getInteger(0), row.getLong(1)));
        });
    }
}
