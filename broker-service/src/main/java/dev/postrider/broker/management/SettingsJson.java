package dev.postrider.broker.management;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.postrider.broker.queue.QueueSettings;
import dev.postrider.broker.transport.JsonInput;
import dev.postrider.broker.transport.SettleJson;
import dev.postrider.protocol.Names;
import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.ProtocolException;
import dev.postrider.protocol.TextDuration;
import java.io.IOException;

/**
 * The settings of a queue as JSON. What this version cannot do yet is known by name: its default is taken, everything
 * else refused with {@code not-implemented} rather than ignored.
 */
final class SettingsJson {
    static final int ATTEMPTS_MAX = 1_000;
    static final double MULTIPLIER_MAX = 100;
    static final long DEDUPLICATION_MAX_MILLIS = 7 * 24 * 60 * 60 * 1_000L;

    private TextDuration lease = QueueSettings.DEFAULTS.lease();
    private int maxAttempts = QueueSettings.DEFAULTS.maxAttempts();
    private TextDuration initialDelay = QueueSettings.DEFAULTS.retryInitialDelay();
    private double multiplier = QueueSettings.DEFAULTS.retryMultiplier();
    private TextDuration maxDelay = QueueSettings.DEFAULTS.retryMaxDelay();
    private double jitter = QueueSettings.DEFAULTS.retryJitter();
    private TextDuration ttl;
    private Long maxMessages;
    private TextDuration deduplicationWindow = QueueSettings.DEFAULTS.deduplicationWindow();
    private String deadLetterQueue;

    private SettingsJson() {}

    /** Reads the settings of the queue with the given name; what is absent takes its default. */
    static QueueSettings read(String queue, byte[] body) {
        SettingsJson settings = new SettingsJson();
        if (body.length > 0) {
            JsonInput in = JsonInput.of(body);
            in.object("The body", field -> settings.take(in, field) || settings.takeLater(in, field));
            in.end();
        }
        return settings.finish(queue);
    }

    private boolean take(JsonInput in, String field) {
        switch (field) {
            case "lease" -> lease = in.duration(field, SettleJson.LEASE_MIN_MILLIS, SettleJson.LEASE_MAX_MILLIS);
            case "maxAttempts" -> maxAttempts = in.integer(field, 1, ATTEMPTS_MAX);
            case "retry" -> in.object("'retry'", inner -> takeRetry(in, inner));
            case "ttl" -> ttl = in.takeNull() ? null : in.duration(field, 1, TextDuration.MILLIS_MAX);
            case "maxMessages" ->
                maxMessages = in.takeNull() ? null : Long.valueOf(in.integer(field, 1L, 1_000_000_000_000L));
            case "deduplicationWindow" -> deduplicationWindow = in.duration(field, 0, DEDUPLICATION_MAX_MILLIS);
            case "deadLetterQueue" ->
                deadLetterQueue = in.takeNull() ? null : Names.check("dead-letter queue", in.string(field));
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean takeRetry(JsonInput in, String field) {
        switch (field) {
            case "initialDelay" -> initialDelay = in.duration("retry." + field, 0, TextDuration.MILLIS_MAX);
            case "multiplier" -> multiplier = in.number("retry." + field, 1, MULTIPLIER_MAX);
            case "maxDelay" -> maxDelay = in.duration("retry." + field, 0, TextDuration.MILLIS_MAX);
            case "jitter" -> jitter = in.number("retry." + field, 0, 1);
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean takeLater(JsonInput in, String field) {
        switch (field) {
            case "ordering" -> only(field, in.string(field), "none", "key", "strict");
            case "overflow" -> only(field, in.string(field), "reject", "drop-oldest");
            case "durability" -> only(field, in.string(field), "durable", "relaxed");
            case "maxBytes", "maxInFlight" -> {
                if (!in.takeNull()) {
                    in.integer(field, 1L, Long.MAX_VALUE);
                    throw later(field);
                }
            }
            case "maxDeliveryRate" -> {
                if (!in.takeNull()) {
                    checkRate(in.string(field));
                    throw later(field);
                }
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private static void only(String field, String value, String supported, String... later) {
        if (value.equals(supported)) {
            return;
        }
        for (String known : later) {
            if (known.equals(value)) {
                throw later(field);
            }
        }
        throw ProtocolException.invalid("'" + field + "' must be " + supported + " or " + String.join(" or ", later));
    }

    private static void checkRate(String rate) {
        if (!rate.matches("[1-9][0-9]{0,8}/[smh]")) {
            throw ProtocolException.invalid("'maxDeliveryRate' must be a rate such as 100/s or 6000/m");
        }
    }

    private static ProtocolException later(String field) {
        return new ProtocolException(
                ProblemCode.NOT_IMPLEMENTED, "'" + field + "' can only have its default value in this version");
    }

    private QueueSettings finish(String queue) {
        if (queue.equals(deadLetterQueue)) {
            throw ProtocolException.invalid("'deadLetterQueue' must be another queue");
        }
        return new QueueSettings(
                lease,
                maxAttempts,
                initialDelay,
                multiplier,
                maxDelay,
                jitter,
                ttl,
                maxMessages,
                deduplicationWindow,
                deadLetterQueue);
    }

    /** Writes all settings as an object. */
    static void write(JsonGenerator out, QueueSettings settings) throws IOException {
        out.writeStartObject();
        out.writeStringField("lease", settings.lease().text());
        out.writeNumberField("maxAttempts", settings.maxAttempts());
        out.writeObjectFieldStart("retry");
        out.writeStringField("initialDelay", settings.retryInitialDelay().text());
        out.writeNumberField("multiplier", settings.retryMultiplier());
        out.writeStringField("maxDelay", settings.retryMaxDelay().text());
        out.writeNumberField("jitter", settings.retryJitter());
        out.writeEndObject();
        out.writeStringField("ttl", textOrNull(settings.ttl()));
        if (settings.maxMessages() == null) {
            out.writeNullField("maxMessages");
        } else {
            out.writeNumberField("maxMessages", settings.maxMessages());
        }
        out.writeNullField("maxBytes");
        out.writeStringField("overflow", "reject");
        out.writeNullField("maxDeliveryRate");
        out.writeNullField("maxInFlight");
        out.writeStringField("ordering", "none");
        out.writeStringField(
                "deduplicationWindow", settings.deduplicationWindow().text());
        out.writeStringField("deadLetterQueue", settings.deadLetterQueue());
        out.writeStringField("durability", "durable");
        out.writeEndObject();
    }

    private static String textOrNull(TextDuration duration) {
        return duration == null ? null : duration.text();
    }
}
