package dev.postrider.broker.store.postgres.statement;

import dev.postrider.broker.store.Admission.Key;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Claims deduplication keys for the transaction, and tells which were there before. */
public final class ClaimDeduplicationKeys {
    private static final int HASH_BYTES = 16;

    // A key that another transaction has claimed and not committed is waited for. One that is there is locked even
    // where it is not replaced, so that it is still there when its message id is asked for.
    private static final String CLAIM =
            """
            insert into deduplication as d (queue_id, key_hash, message_id, expires_at)
            select queue_id, key_hash, message_id, expires_at
            from unnest($1::int[], $2::bytea[], $3::text[], $4::bigint[])
                as t (queue_id, key_hash, message_id, expires_at)
            on conflict (queue_id, key_hash) do update
                set message_id = excluded.message_id, expires_at = excluded.expires_at
                where d.expires_at <= clock_millis()
            returning queue_id, key_hash
            """;

    private static final String FIRST_IDS =
            """
            select d.queue_id, d.key_hash, d.message_id
            from unnest($1::int[], $2::bytea[]) as t (queue_id, key_hash)
            join deduplication d using (queue_id, key_hash)
            """;

    private ClaimDeduplicationKeys() {}

    /** Where a key is stored. Sorted, so that transactions that want several keys take them in one order. */
    private record Place(int queueId, ByteBuffer hash) implements Comparable<Place> {
        static Place of(Key key) {
            return new Place(key.queueId(), ByteBuffer.wrap(hashOf(key.key())));
        }

        @Override
        public int compareTo(Place other) {
            int byQueue = Integer.compare(queueId, other.queueId);
            return byQueue != 0 ? byQueue : hash.compareTo(other.hash);
        }
    }

    /** Answers the duplicates: positions among {@code keys} and the first message's id. */
    public static Future<Map<Integer, String>> execute(SqlClient client, List<Key> keys) {
        TreeMap<Place, Integer> firsts = new TreeMap<>();
        Map<Integer, Place> repeated = new HashMap<>();
        for (int i = 0; i < keys.size(); i++) {
            Place place = Place.of(keys.get(i));
            if (firsts.putIfAbsent(place, i) != null) {
                repeated.put(i, place);
            }
        }
        return claim(client, keys, firsts)
                .compose(claimed -> {
                    TreeMap<Place, Integer> present = new TreeMap<>(firsts);
                    claimed.forEach(present::remove);
                    return firstIds(client, present.keySet());
                })
                .map(ids -> duplicates(keys, firsts, repeated, ids));
    }

    private static Future<List<Place>> claim(SqlClient client, List<Key> keys, TreeMap<Place, Integer> firsts) {
        Collection<Place> places = firsts.keySet();
        List<Key> sorted = firsts.values().stream().map(keys::get).toList();
        return client.preparedQuery(CLAIM)
                .execute(Tuple.of(
                        Columns.ints(places, Place::queueId),
                        Columns.bytes(places, place -> place.hash().array()),
                        Columns.texts(sorted, Key::messageId),
                        Columns.longs(sorted, Key::expiresAtMillis)))
                .map(rows -> {
                    List<Place> claimed = new ArrayList<>(rows.size());
                    rows.forEach(
                            row -> claimed.add(new Place(row.getInteger(0), ByteBuffer.wrap(Columns.bytes(row, 1)))));
                    return claimed;
                });
    }

    private static Future<Map<Place, String>> firstIds(SqlClient client, Collection<Place> places) {
        if (places.isEmpty()) {
            return Future.succeededFuture(Map.of());
        }
        return client.preparedQuery(FIRST_IDS).execute(names(places)).map(rows -> {
            Map<Place, String> ids = new HashMap<>();
            rows.forEach(row ->
                    ids.put(new Place(row.getInteger(0), ByteBuffer.wrap(Columns.bytes(row, 1))), row.getString(2)));
            return ids;
        });
    }

    private static Tuple names(Collection<Place> places) {
        return Tuple.from(List.of(Columns.ints(places, Place::queueId), Columns.bytes(places, place -> place.hash()
                .array())));
    }

    private static Map<Integer, String> duplicates(
            List<Key> keys, Map<Place, Integer> firsts, Map<Integer, Place> repeated, Map<Place, String> ids) {
        Map<Integer, String> duplicates = new HashMap<>();
        ids.forEach((place, id) -> duplicates.put(firsts.get(place), id));
        repeated.forEach((position, place) -> {
            String stored = ids.get(place);
            duplicates.put(
                    position,
                    stored != null ? stored : keys.get(firsts.get(place)).messageId());
        });
        return duplicates;
    }

    private static byte[] hashOf(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return Arrays.copyOf(digest, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
