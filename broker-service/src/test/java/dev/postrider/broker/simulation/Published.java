package dev.postrider.broker.simulation;

import java.util.LinkedHashSet;
import java.util.Set;

/** A message as its publisher knows it. Its body is its name. */
final class Published {
    final String name;
    final String queue;
    final String key;
    /** Messages with one key come in the order of their numbers; null: this one has none. */
    String orderKey;

    int number;
    /** It may be gone without anybody having taken it. */
    boolean mayExpire;
    /** Ids under which it was acknowledged. */
    final Set<String> ids = new LinkedHashSet<>();
    /** Ids under which it was seen. */
    final Set<String> seen = new LinkedHashSet<>();
    /** How often it was sent with an answer that left open whether it is stored. */
    int attempts;

    Published(String name, String queue, String key, boolean mayExpire) {
        this.name = name;
        this.queue = queue;
        this.key = key;
        this.mayExpire = mayExpire;
    }

    @Override
    public String toString() {
        return name + " in " + queue + (key == null ? "" : " key " + key) + " ids " + ids;
    }
}
