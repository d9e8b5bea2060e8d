package dev.postrider.broker.simulation;

import java.util.LinkedHashSet;
import java.util.Set;

/** However often a message is sent with one deduplication key, it is stored once and answered with one id. */
final class KeyIsStoredOnce extends Invariant {
    @Override
    void acknowledged(Published message, String id) {
        check(message, id);
    }

    @Override
    void handedOut(HandOut handOut) {
        check(handOut.message, handOut.id);
    }

    private void check(Published message, String id) {
        if (message.key != null) {
            Set<String> ids = new LinkedHashSet<>(message.ids);
            ids.addAll(message.seen);
            ids.add(id);
            if (ids.size() > 1) {
                throw broken(message + " is there as " + ids);
            }
        }
    }
}
