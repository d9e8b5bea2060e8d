package dev.postrider.broker.simulation;

import java.util.LinkedHashSet;
import java.util.Set;

/** A message as its publisher knows it. Its body is its name. */
final class Published {
    final String name;
    /** Where it was published to: a queue, or the topic. */
    final String queue;
    /** Queues that may get it. */
    final Set<String> takers;
    /** Those of them that must: the one, or those that were subscribed before it was first sent. */
    final Set<String> receivers;

    final String key;
    /** Messages with one key come in the order of their numbers; null: this one has none. */
    String orderKey;

    int number;
    /** Whose it is, where tenants take turns; null: nobody's in particular. */
    String tenant;
    /** It has a time to live: it may be gone without anybody having taken it, if its queue sends nothing elsewhere. */
    final boolean mayExpire;
    /** Somebody empties the queue while it may be there. */
    boolean mayBePurged;
    /** Ids under which it was acknowledged. */
    final Set<String> ids = new LinkedHashSet<>();
    /** Ids under which it was seen. */
    final Set<String> seen = new LinkedHashSet<>();
    /** How often it was sent with an answer that left open whether it is stored. */
    int attempts;

    Published(String name, String queue, Set<String> takers, Set<String> receivers, String key, boolean mayExpire) {
        this.name = name;
        this.queue = queue;
        this.takers = takers;
        this.receivers = receivers;
        this.key = key;
        this.mayExpire = mayExpire;
    }

    @Override
    public String toString() {
        return name + " in " + queue + (key == null ? "" : " key " + key) + " ids " + ids;
    }
}
