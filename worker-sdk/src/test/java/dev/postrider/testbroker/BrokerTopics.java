package dev.postrider.testbroker;

import dev.postrider.protocol.ProblemCode;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** What replicas know of topics together. Safe for any thread. */
final class BrokerTopics {
    /** The filters of the subscribed queues, by topic. */
    final Map<String, Map<String, String>> subscriptions = new ConcurrentHashMap<>();

    final Map<String, String> retentions = new ConcurrentHashMap<>();

    private final Map<String, List<StoredMessage>> published = new ConcurrentHashMap<>();
    private final AtomicInteger ids = new AtomicInteger();

    void require(String topic) {
        if (!subscriptions.containsKey(topic)) {
            throw new Refusal(ProblemCode.TOPIC_NOT_FOUND);
        }
    }

    boolean retains(String topic) {
        return !retentions.getOrDefault(topic, "").isEmpty();
    }

    /** The messages as its queues get them; keeps them for those who follow, whatever the retention. */
    List<JsonObject> publish(String topic, List<JsonObject> messages) {
        List<JsonObject> copies = messages.stream()
                .map(message -> message.copy()
                        .put("topic", topic)
                        .put("id", message.getString("id", "t-" + ids.incrementAndGet())))
                .toList();
        List<StoredMessage> log = published.computeIfAbsent(topic, absent -> new ArrayList<>());
        synchronized (log) {
            copies.forEach(copy -> log.add(new StoredMessage(copy.getString("id"), copy)));
        }
        return copies;
    }

    int size(String topic) {
        List<StoredMessage> log = published.getOrDefault(topic, List.of());
        synchronized (log) {
            return log.size();
        }
    }

    StoredMessage message(String topic, int index) {
        List<StoredMessage> log = published.get(topic);
        synchronized (log) {
            return log.get(index);
        }
    }
}
