package dev.postrider.testbroker;

import dev.postrider.protocol.TextDuration;
import io.vertx.core.json.JsonObject;
import java.time.Instant;

/** A message in a queue. Its lease, if it has one, is known by the receipt. */
final class StoredMessage {
    final String id;
    final JsonObject properties;
    final Instant publishedAt = Instant.now();
    int attempts;
    String error;
    String receipt;
    Object holder;
    long leaseMillis;
    long leaseTimer;

    StoredMessage(String id, JsonObject properties) {
        this.id = id;
        this.properties = properties;
    }

    long delayMillis() {
        String delay = properties.getString("delay");
        return delay == null ? 0 : TextDuration.parse("delay", delay).millis();
    }

    JsonObject delivered(String queue) {
        JsonObject json = new JsonObject()
                .put("receipt", receipt)
                .put("id", id)
                .put("queue", queue)
                .put("topic", properties.getString("topic"))
                .put("key", properties.getString("key"))
                .put("priority", properties.getInteger("priority", 0))
                .put("attempt", attempts)
                .put("publishedAt", publishedAt.toString())
                .put("expiresAt", null)
                .put("contentType", properties.getString("contentType"))
                .put("headers", properties.getJsonObject("headers", new JsonObject()));
        for (String form : new String[] {"body", "text", "base64"}) {
            if (properties.containsKey(form)) {
                json.put(form, properties.getValue(form));
            }
        }
        return json;
    }
}
