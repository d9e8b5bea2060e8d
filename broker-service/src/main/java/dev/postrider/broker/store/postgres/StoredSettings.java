package dev.postrider.broker.store.postgres;

import dev.postrider.broker.queue.QueueSettings;
import dev.postrider.protocol.TextDuration;
import io.vertx.core.json.JsonObject;

/**
 * Queue settings as {@code queue.settings} holds them: the JSON of the API. A missing field takes its default, so
 * that a setting that a later version adds needs no migration; a field that this version does not know is left out
 * when it writes.
 */
final class StoredSettings {
    private static final QueueSettings DEFAULTS = QueueSettings.DEFAULTS;

    private StoredSettings() {}

    static JsonObject toJson(QueueSettings settings) {
        return new JsonObject()
                .put("lease", settings.lease().text())
                .put("maxAttempts", settings.maxAttempts())
                .put(
                        "retry",
                        new JsonObject()
                                .put(
                                        "initialDelay",
                                        settings.retryInitialDelay().text())
                                .put("multiplier", settings.retryMultiplier())
                                .put("maxDelay", settings.retryMaxDelay().text())
                                .put("jitter", settings.retryJitter()))
                .put("ttl", text(settings.ttl()))
                .put("maxMessages", settings.maxMessages())
                .put("deduplicationWindow", settings.deduplicationWindow().text())
                .put("deadLetterQueue", settings.deadLetterQueue());
    }

    static QueueSettings fromJson(JsonObject json) {
        JsonObject retry = json.getJsonObject("retry", new JsonObject());
        return new QueueSettings(
                duration(json, "lease", DEFAULTS.lease()),
                json.getInteger("maxAttempts", DEFAULTS.maxAttempts()),
                duration(retry, "initialDelay", DEFAULTS.retryInitialDelay()),
                retry.getDouble("multiplier", DEFAULTS.retryMultiplier()),
                duration(retry, "maxDelay", DEFAULTS.retryMaxDelay()),
                retry.getDouble("jitter", DEFAULTS.retryJitter()),
                duration(json, "ttl", null),
                json.getLong("maxMessages"),
                duration(json, "deduplicationWindow", DEFAULTS.deduplicationWindow()),
                json.getString("deadLetterQueue"));
    }

    private static TextDuration duration(JsonObject json, String field, TextDuration absent) {
        String text = json.getString(field);
        return text == null ? absent : TextDuration.parse(field, text);
    }

    private static String text(TextDuration duration) {
        return duration == null ? null : duration.text();
    }
}
