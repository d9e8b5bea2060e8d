package dev.postrider.testbroker;

import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.Receipt;
import dev.postrider.protocol.TextDuration;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** A queue in memory: leases, attempts, dead letters. Safe for any thread; the broker's loop changes it. */
final class BrokerQueue {
    private static final AtomicLong HANDINGS = new AtomicLong();

    final String name;
    private final Vertx vertx;
    private final Runnable onReady;
    private final ArrayDeque<StoredMessage> ready = new ArrayDeque<>();
    private final Map<String, StoredMessage> held = new LinkedHashMap<>();
    private final Map<String, StoredMessage> dead = new LinkedHashMap<>();
    private final Map<String, String> idsByKey = new HashMap<>();
    private JsonObject settings = new JsonObject();
    private boolean paused;
    private int scheduled;
    private int published;
    private int acked;

    BrokerQueue(String name, Vertx vertx, Runnable onReady) {
        this.name = name;
        this.vertx = vertx;
        this.onReady = onReady;
    }

    synchronized void settings(JsonObject replacement) {
        settings = replacement;
    }

    synchronized void pause(boolean value) {
        paused = value;
    }

    synchronized List<String> publish(List<JsonObject> messages) {
        Integer max = settings.getInteger("maxMessages");
        if (max != null && ready.size() + held.size() + scheduled + messages.size() > max) {
            throw new Refusal(ProblemCode.QUEUE_FULL);
        }
        if (messages.stream().anyMatch(message -> "".equals(message.getString("key")))) {
            throw new Refusal(ProblemCode.INVALID_REQUEST);
        }
        List<String> ids = new ArrayList<>();
        for (JsonObject message : messages) {
            ids.add(publish(message));
        }
        return ids;
    }

    private String publish(JsonObject message) {
        String key = message.getString("deduplicationKey", message.getString("id"));
        String known = key == null ? null : idsByKey.get(key);
        if (known != null) {
            return known;
        }
        StoredMessage stored = new StoredMessage(message.getString("id", "m-" + ++published), message);
        if (key != null) {
            idsByKey.put(key, stored.id);
        }
        later(stored, stored.delayMillis());
        return stored.id;
    }

    private void later(StoredMessage message, long delayMillis) {
        if (delayMillis == 0) {
            ready.add(message);
            return;
        }
        scheduled++;
        vertx.setTimer(delayMillis, ignored -> {
            synchronized (this) {
                scheduled--;
                ready.add(message);
            }
            onReady.run();
        });
    }

    /** Hands out the next message, or null. */
    synchronized StoredMessage take(Object holder, String lease) {
        StoredMessage message = paused ? null : ready.poll();
        if (message == null) {
            return null;
        }
        message.attempts++;
        message.receipt = new Receipt(1, 1, HANDINGS.incrementAndGet(), 0, 1).toText();
        message.holder = holder;
        message.leaseMillis = lease == null
                ? TextDuration.parse("lease", settings.getString("lease", "30s"))
                        .millis()
                : TextDuration.parse("lease", lease).millis();
        held.put(message.receipt, message);
        startLease(message);
        return message;
    }

    private void startLease(StoredMessage message) {
        String receipt = message.receipt;
        message.leaseTimer = vertx.setTimer(message.leaseMillis, ignored -> {
            synchronized (this) {
                if (held.remove(receipt) != null) {
                    failed(message, 0);
                }
            }
            onReady.run();
        });
    }

    /** Settles one message; false if the receipt is not, or no longer, one of this queue. */
    synchronized boolean settle(String kind, String receipt, JsonObject frame) {
        StoredMessage message = held.get(receipt);
        if (message == null) {
            return false;
        }
        vertx.cancelTimer(message.leaseTimer);
        if (kind.equals("extend")) {
            message.leaseMillis =
                    TextDuration.parse("lease", frame.getString("lease")).millis();
            startLease(message);
            return true;
        }
        held.remove(receipt);
        message.error = frame.getString("reason");
        switch (kind) {
            case "ack" -> acked++;
            case "nack" -> {
                String delay = frame.getString("delay", "1s");
                failed(message, TextDuration.parse("delay", delay).millis());
            }
            default -> bury(message, "rejected");
        }
        return true;
    }

    private void failed(StoredMessage message, long delayMillis) {
        if (message.attempts >= settings.getInteger("maxAttempts", 5)) {
            bury(message, "max-attempts");
        } else {
            later(message, delayMillis);
        }
    }

    private void bury(StoredMessage message, String reason) {
        message.properties.put("deadReason", reason);
        dead.put(message.id, message);
    }

    /** What {@code holder} still holds goes back, its handing-out not counted. */
    synchronized void giveBack(Object holder) {
        List<StoredMessage> back = held.values().stream()
                .filter(message -> message.holder == holder)
                .toList();
        for (int i = back.size() - 1; i >= 0; i--) {
            StoredMessage message = back.get(i);
            vertx.cancelTimer(message.leaseTimer);
            held.remove(message.receipt);
            message.attempts--;
            ready.addFirst(message);
        }
    }

    synchronized int purge() {
        int purged = ready.size();
        ready.clear();
        return purged;
    }

    synchronized List<StoredMessage> peek(String state) {
        return switch (state) {
            case "ready" -> new ArrayList<>(ready);
            case "inFlight" -> new ArrayList<>(held.values());
            default -> List.of();
        };
    }

    synchronized List<JsonObject> deadLetters() {
        List<JsonObject> letters = new ArrayList<>();
        for (StoredMessage message : dead.values()) {
            JsonObject letter = message.delivered(name);
            letter.remove("receipt");
            letters.add(letter.put("reason", message.properties.getString("deadReason"))
                    .put("error", message.error)
                    .put("attempts", message.attempts)
                    .put("deadLetteredAt", Instant.now().toString()));
        }
        return letters;
    }

    synchronized int redrive(List<String> ids) {
        List<String> chosen = ids == null ? new ArrayList<>(dead.keySet()) : ids;
        int redriven = 0;
        for (String id : chosen) {
            StoredMessage message = dead.remove(id);
            if (message != null) {
                message.attempts = 0;
                ready.add(message);
                redriven++;
            }
        }
        return redriven;
    }

    synchronized JsonObject document() {
        JsonObject defaults = new JsonObject().put("lease", "30s").put("maxAttempts", 5);
        return new JsonObject()
                .put("name", name)
                .put("settings", defaults.mergeIn(settings))
                .put("paused", paused)
                .put("createdAt", "2026-01-01T00:00:00Z")
                .put(
                        "stats",
                        new JsonObject()
                                .put("ready", ready.size())
                                .put("inFlight", held.size())
                                .put("scheduled", scheduled)
                                .put("deadLettered", dead.size())
                                .put("bytes", 0)
                                .put("oldestReadyAge", "1.5s")
                                .put("consumers", 0));
    }

    synchronized int acked() {
        return acked;
    }

    synchronized int stored() {
        return ready.size() + held.size() + scheduled;
    }

    synchronized int inFlight() {
        return held.size();
    }
}
