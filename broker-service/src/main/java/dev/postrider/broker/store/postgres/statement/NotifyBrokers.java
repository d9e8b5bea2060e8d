package dev.postrider.broker.store.postgres.statement;

import dev.postrider.broker.store.WakeSignals.Signal.Kind;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Tells the other brokers of work and changes. */
public final class NotifyBrokers {
    private static final String LISTEN = "listen postrider";

    // Notifications are committed under one lock of the whole server; not waiting for the disk keeps that short,
    // and a signal that is lost in a crash is not missed: everybody polls after the reconnect.
    private static final String NOTIFY =
            """
            select set_config('synchronous_commit', 'off', true), pg_notify('postrider', t.payload)
            from unnest($1::text[]) as t (payload)
            """;

    private NotifyBrokers() {}

    public static Future<?> listen(SqlClient client) {
        return client.query(LISTEN).execute();
    }

    /** False: the server became a standby, which hears of nothing. */
    public static Future<Boolean> isStillPrimary(SqlClient client) {
        return client.query("select not pg_is_in_recovery()")
                .execute()
                .map(rows -> rows.iterator().next().getBoolean(0));
    }

    public static Future<?> execute(SqlClient client, List<Payload> payloads) {
        return client.preparedQuery(NOTIFY).execute(Tuple.of((Object) Columns.texts(payloads, Payload::text)));
    }

    /** A notification: {@code sender:work:1,2,-3}. A topic has minus its id. Without queue ids it means every queue. */
    public record Payload(String sender, Kind kind, Collection<Integer> queueIds) {
        /** PostgreSQL takes 7,999 bytes; an id has at most a sign, ten digits and a comma. */
        private static final int IDS_MAX = 600;

        private static final Pattern FORM = Pattern.compile("(\\w+):(work|changed):((?:-?\\d{1,10},)*-?\\d{1,10})?");

        static final int ALL_FROM = IDS_MAX * 10;

        /** As many as the ids need; so many that a list makes no sense any more are one for every queue. */
        public static List<Payload> of(String sender, Map<Kind, ? extends Collection<Integer>> idsByKind) {
            List<Payload> payloads = new ArrayList<>();
            idsByKind.forEach((kind, ids) -> {
                List<Integer> sorted = List.copyOf(new TreeSet<>(ids));
                if (sorted.size() >= ALL_FROM) {
                    payloads.add(new Payload(sender, kind, List.of()));
                    return;
                }
                for (int start = 0; start < sorted.size(); start += IDS_MAX) {
                    payloads.add(
                            new Payload(sender, kind, sorted.subList(start, Math.min(sorted.size(), start + IDS_MAX))));
                }
            });
            return payloads;
        }

        /** Null if it is none of ours. */
        public static Payload parse(String text) {
            var matcher = FORM.matcher(text);
            if (!matcher.matches()) {
                return null;
            }
            List<Integer> ids = new ArrayList<>();
            if (matcher.group(3) != null) {
                for (String id : matcher.group(3).split(",")) {
                    long value = Long.parseLong(id);
                    if (Math.abs(value) > Integer.MAX_VALUE) {
                        return null;
                    }
                    ids.add((int) value);
                }
            }
            return new Payload(matcher.group(1), Kind.valueOf(matcher.group(2).toUpperCase(Locale.ROOT)), ids);
        }

        public String text() {
            return sender + ":" + kind.name().toLowerCase(Locale.ROOT) + ":"
                    + queueIds.stream().map(String::valueOf).collect(Collectors.joining(","));
        }
    }
}
