package dev.postrider.broker.store.postgres;

import dev.postrider.broker.queue.Durability;
import dev.postrider.broker.queue.Limits;
import dev.postrider.broker.queue.Ordering;
import dev.postrider.broker.queue.Overflow;
import dev.postrider.broker.queue.Precedence;
import dev.postrider.broker.queue.QueueSettings;
import dev.postrider.broker.queue.QueueSettings.Backoff;
import dev.postrider.broker.queue.SettingNames;
import dev.postrider.protocol.TextDuration;
import dev.postrider.protocol.TextRate;
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
        Limits limits = settings.limits();
        Precedence precedence = settings.precedence();
        return new JsonObject()
                .put("lease", settings.lease().text())
                .put("maxAttempts", settings.maxAttempts())
                .put("retry", retry(settings.backoff()))
                .put("ttl", text(settings.ttl()))
                .put("maxMessages", limits.maxMessages())
                .put("maxBytes", limits.maxBytes())
                .put("overflow", SettingNames.of(limits.overflow()))
                .put(
                        "maxDeliveryRate",
                        limits.maxDeliveryRate() == null
                                ? null
                                : limits.maxDeliveryRate().text())
                .put("maxInFlight", limits.maxInFlight())
                .put("maxInFlightPerKey", limits.maxInFlightPerKey())
                .put("ordering", SettingNames.of(precedence.ordering()))
                .put("fairness", precedence.fairness())
                .put("priorityAgeing", text(precedence.priorityAgeing()))
                .put("deduplicationWindow", settings.deduplicationWindow().text())
                .put("deadLetterQueue", settings.deadLetterQueue())
                .put("durability", SettingNames.of(settings.durability()));
    }

    private static JsonObject retry(Backoff backoff) {
        return new JsonObject()
                .put("initialDelay", backoff.initialDelay().text())
                .put("multiplier", backoff.multiplier())
                .put("maxDelay", backoff.maxDelay().text())
                .put("jitter", backoff.jitter());
    }

    static QueueSettings fromJson(JsonObject json) {
        return new QueueSettings(
                duration(json, "lease", DEFAULTS.lease()),
                json.getInteger("maxAttempts", DEFAULTS.maxAttempts()),
                backoff(json.getJsonObject("retry", new JsonObject())),
                duration(json, "ttl", null),
                limits(json),
                new Precedence(
                        constant(json, "ordering", Ordering.values(), Ordering.NONE),
                        json.getString("fairness"),
                        duration(json, "priorityAgeing", null)),
                duration(json, "deduplicationWindow", DEFAULTS.deduplicationWindow()),
                json.getString("deadLetterQueue"),
                constant(json, "durability", Durability.values(), Durability.DURABLE));
    }

    private static Backoff backoff(JsonObject retry) {
        Backoff defaults = DEFAULTS.backoff();
        return new Backoff(
                duration(retry, "initialDelay", defaults.initialDelay()),
                retry.getDouble("multiplier", defaults.multiplier()),
                duration(retry, "maxDelay", defaults.maxDelay()),
                retry.getDouble("jitter", defaults.jitter()));
    }

    private static Limits limits(JsonObject json) {
        String rate = json.getString("maxDeliveryRate");
        return new Limits(
                json.getLong("maxMessages"),
                json.getLong("maxBytes"),
                constant(json, "overflow", Overflow.values(), Overflow.REJECT),
                rate == null ? null : TextRate.parse("maxDeliveryRate", rate),
                json.getInteger("maxInFlight"),
                json.getInteger("maxInFlightPerKey"));
    }

    private static <E extends Enum<E>> E constant(JsonObject json, String field, E[] known, E absent) {
        String name = json.getString(field);
        return name == null ? absent : SettingNames.find(known, name).orElseThrow();
    }

    private static TextDuration duration(JsonObject json, String field, TextDuration absent) {
        String text = json.getString(field);
        return text == null ? absent : TextDuration.parse(field, text);
    }

    private static String text(TextDuration duration) {
        return duration == null ? null : duration.text();
    }
}
