package dev.postrider.broker.store.postgres.statement;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;

/** Creates, changes, advances and deletes schedules. */
public final class WriteSchedule {
    // A row that this statement inserted has no xmax; one that it updated carries the update's lock.
    private static final String PUT =
            """
            insert into schedule (name, cron, time_zone, queue, topic, message, missed, next_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8)
            on conflict (name) do update set
              cron = excluded.cron, time_zone = excluded.time_zone, queue = excluded.queue, topic = excluded.topic,
              message = excluded.message, missed = excluded.missed, version = schedule.version + 1,
              next_at = case
                when schedule.cron = excluded.cron and schedule.time_zone = excluded.time_zone then schedule.next_at
                else excluded.next_at end
            returning %s, xmax = 0
            """
                    .formatted(ScheduleRow.COLUMNS);

    private static final String ADVANCE =
            "update schedule set next_at = $4 where name = $1 and version = $2 and next_at = $3";

    private static final String DELETE = "delete from schedule where name = $1";

    private WriteSchedule() {}

    /** Creates it, or replaces what is there. */
    public static Future<ScheduleRow> put(SqlClient client, ScheduleRow row) {
        Tuple values = Tuple.of(row.name(), row.timing().cron(), row.timing().timeZone(), row.queue(), row.topic())
                .addBuffer(Buffer.buffer(row.message()))
                .addString(row.missed())
                .addLong(row.state().nextAtMillis());
        return client.preparedQuery(PUT).execute(values).map(rows -> ScheduleRow.first(rows)
                .orElseThrow());
    }

    /** True if it was there as it is named. */
    public static Future<Boolean> advance(
            SqlClient client, String name, long version, long nextAtMillis, long afterwardsMillis) {
        return client.preparedQuery(ADVANCE)
                .execute(Tuple.of(name, version, nextAtMillis, afterwardsMillis))
                .map(rows -> rows.rowCount() == 1);
    }

    /** True if it was there. */
    public static Future<Boolean> delete(SqlClient client, String name) {
        return client.preparedQuery(DELETE).execute(Tuple.of(name)).map(rows -> rows.rowCount() == 1);
    }
}
