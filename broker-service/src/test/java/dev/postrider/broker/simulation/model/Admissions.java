package dev.postrider.broker.simulation.model;

import dev.postrider.broker.simulation.model.Tables.KeyPlace;
import dev.postrider.broker.simulation.model.Tables.StoredKey;
import dev.postrider.broker.store.Admission;
import dev.postrider.broker.store.Admission.Fair;
import dev.postrider.broker.store.Admission.Key;
import dev.postrider.broker.store.Admitted;
import dev.postrider.broker.store.Admitted.Depth;
import dev.postrider.broker.store.Admitted.Front;
import dev.postrider.broker.store.FairPlace;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The statements ClaimDeduplicationKeys, LockAndCountQueues and FindFronts. A transaction gets all it asks for, or
 * waits.
 */
public class Admissions {
    protected final Tables tables;
    private final Map<KeyPlace, Object> keyHolders = new HashMap<>();
    private final Map<Integer, Object> queueHolders = new HashMap<>();
    private final Map<Integer, Object> fairHolders = new HashMap<>();

    protected Admissions(Tables tables) {
        this.tables = tables;
    }

    /** Null if another transaction holds one of the keys or queues. */
    Admitted admit(Object transaction, Admission admission) {
        boolean free = admission.keys().stream().noneMatch(key -> keyHolders.containsKey(placeOf(key)))
                && admission.limitedQueues().stream().noneMatch(queueHolders::containsKey)
                && admission.fair().stream().noneMatch(fair -> fairHolders.containsKey(fair.queueId()));
        if (!free) {
            return null;
        }
        admission.keys().forEach(key -> keyHolders.put(placeOf(key), transaction));
        admission.limitedQueues().forEach(id -> queueHolders.put(id, transaction));
        admission.fair().forEach(fair -> fairHolders.put(fair.queueId(), transaction));
        Map<Integer, Depth> depths = new HashMap<>();
        admission.limitedQueues().forEach(id -> depths.put(id, depth(id)));
        return new Admitted(
                duplicates(admission.keys()), depths, versions(admission.topics()), fronts(admission.fair()));
    }

    /** Who is next in fair queues. */
    protected Map<Fair, Front> fronts(List<Fair> asked) {
        Map<Fair, Front> fronts = new HashMap<>();
        asked.forEach(fair -> fronts.put(
                fair, new Front(tables.frontOf(fair.queueId(), FairPlace.part(fair.priority())), tables.nowMillis())));
        return fronts;
    }

    /** By topic id. */
    protected Map<Integer, Long> versions(List<Integer> topics) {
        return tables.topics.versions(topics);
    }

    private Map<Integer, String> duplicates(List<Key> keys) {
        Map<KeyPlace, String> firsts = new HashMap<>();
        Map<Integer, String> duplicates = new TreeMap<>();
        for (int i = 0; i < keys.size(); i++) {
            KeyPlace place = placeOf(keys.get(i));
            StoredKey stored = tables.keys.get(place);
            if (stored != null && stored.expiresAtMillis() > tables.nowMillis()) {
                duplicates.put(i, stored.messageId());
            } else if (firsts.putIfAbsent(place, keys.get(i).messageId()) != null) {
                duplicates.put(i, firsts.get(place));
            }
        }
        return duplicates;
    }

    private Depth depth(int queueId) {
        long messages = 0;
        long bytes = 0;
        long readyMessages = 0;
        long readyBytes = 0;
        for (Row row : tables.deliveries.values()) {
            if (row.key.queueId() == queueId) {
                messages += row.unsettled();
                bytes += row.unsettledBytes();
                readyMessages += row.isReady() ? row.unsettled() : 0;
                readyBytes += row.isReady() ? row.unsettledBytes() : 0;
            }
        }
        return new Depth(messages, bytes, readyMessages, readyBytes);
    }

    /** Writes the keys that were no duplicates: part of the commit. */
    protected void keep(Admission admission, Admitted admitted) {
        for (int i = 0; i < admission.keys().size(); i++) {
            if (!admitted.duplicates().containsKey(i)) {
                Key key = admission.keys().get(i);
                tables.keys.put(placeOf(key), new StoredKey(key.messageId(), key.expiresAtMillis()));
            }
        }
    }

    /** Lets go of all that the transaction holds. */
    void release(Object transaction) {
        keyHolders.values().removeIf(holder -> holder == transaction);
        queueHolders.values().removeIf(holder -> holder == transaction);
        fairHolders.values().removeIf(holder -> holder == transaction);
    }

    private static KeyPlace placeOf(Key key) {
        return new KeyPlace(key.queueId(), key.key());
    }
}
