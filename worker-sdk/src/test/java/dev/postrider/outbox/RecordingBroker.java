package dev.postrider.outbox;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * A publisher that behaves as the broker does: all or none, and a record that it has is answered again but not stored
 * again. Fails as the test says, before or after it has stored.
 */
final class RecordingBroker implements OutboxPublisher {
    private final List<OutboxRecord> stored = new ArrayList<>();
    private final Set<Object> ids = ConcurrentHashMap.newKeySet();
    private volatile Consumer<List<OutboxRecord>> before = records -> {};
    private volatile Consumer<List<OutboxRecord>> after = records -> {};
    private int repeats;

    /** Called before anything is stored; throws to refuse. */
    RecordingBroker before(Consumer<List<OutboxRecord>> fault) {
        before = fault;
        return this;
    }

    /** Called when all is stored; throws to lose the answer. */
    RecordingBroker after(Consumer<List<OutboxRecord>> fault) {
        after = fault;
        return this;
    }

    @Override
    public void publish(String queue, List<OutboxRecord> records) {
        before.accept(records);
        store(records);
        after.accept(records);
    }

    synchronized List<OutboxRecord> stored() {
        return List.copyOf(stored);
    }

    /** The payloads as text, in the order stored. */
    List<String> texts() {
        return stored().stream().map(RecordingBroker::text).toList();
    }

    /** How many records came again although they were stored. */
    synchronized int repeats() {
        return repeats;
    }

    static String text(OutboxRecord record) {
        return new String(record.payload(), StandardCharsets.UTF_8);
    }

    static Consumer<List<OutboxRecord>> refusing(Collection<String> texts) {
        return records -> {
            for (OutboxRecord record : records) {
                if (texts.contains(text(record))) {
                    throw new RefusedException(Scope.RECORD, "too large: " + text(record), null);
                }
            }
        };
    }

    private synchronized void store(List<OutboxRecord> records) {
        for (OutboxRecord record : records) {
            if (ids.add(record.id())) {
                stored.add(record);
            } else {
                repeats++;
            }
        }
    }
}
