package dev.postrider.broker.management;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.postrider.broker.queue.Durability;
import dev.postrider.broker.queue.Limits;
import dev.postrider.broker.queue.Ordering;
import dev.postrider.broker.queue.Overflow;
import dev.postrider.broker.queue.Precedence;
import dev.postrider.broker.queue.QueueSettings;
import dev.postrider.broker.queue.SettingNames;
import dev.postrider.broker.transport.JsonInput;
import dev.postrider.broker.transport.SettleJson;
import dev.postrider.protocol.Names;
import dev.postrider.protocol.ProtocolException;
import dev.postrider.protocol.TextDuration;
import dev.postrider.protocol.TextRate;
import java.io.IOException;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The settings of a queue as JSON. */
final class SettingsJson {
    static final int ATTEMPTS_MAX = 1_000;
    static final double MULTIPLIER_MAX = 100;
    static final int IN_FLIGHT_MAX = 1_000_000_000;
    static final long BYTES_MAX = 1L << 60;
    static final long DEDUPLICATION_MAX_MILLIS = 7 * 24 * 60 * 60 * 1_000L;
    /** A header's name is as long as a message's may be. */
    private static final Pattern TENANT_HEADER = Pattern.compile("headers\\.[^\\x00-\\x1f]{1,256}");

    private TextDuration lease = QueueSettings.DEFAULTS.lease();
    private int maxAttempts = QueueSettings.DEFAULTS.maxAttempts();
    private TextDuration initialDelay = QueueSettings.DEFAULTS.backoff().initialDelay();
    private double multiplier = QueueSettings.DEFAULTS.backoff().multiplier();
    private TextDuration maxDelay = QueueSettings.DEFAULTS.backoff().maxDelay();
    private double jitter = QueueSettings.DEFAULTS.backoff().jitter();
    private TextDuration ttl;
    private Long maxMessages;
    private Long maxBytes;
    private Overflow overflow = Overflow.REJECT;
    private TextRate maxDeliveryRate;
    private Integer maxInFlight;
    private Integer maxInFlightPerKey;
    private Ordering ordering = Ordering.NONE;
    private String fairness;
    private TextDuration priorityAgeing;
    private Durability durability = Durability.DURABLE;
    private TextDuration deduplicationWindow = QueueSettings.DEFAULTS.deduplicationWindow();
    private String deadLetterQueue;

    private SettingsJson() {}

    /** Reads the settings of the queue with the given name; what is absent takes its default. */
    static QueueSettings read(String queue, byte[] body) {
        SettingsJson settings = new SettingsJson();
        if (body.length > 0) {
            JsonInput in = JsonInput.of(body);
            in.object("The body", field -> settings.take(in, field));
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
            case "deduplicationWindow" -> deduplicationWindow = in.duration(field, 0, DEDUPLICATION_MAX_MILLIS);
            case "deadLetterQueue" ->
                deadLetterQueue = in.takeNull() ? null : Names.check("'" + field + "'", in.string(field));
            case "durability" -> durability = oneOf(field, in.string(field), Durability.values());
            default -> {
                return takeLimit(in, field) || takePrecedence(in, field);
            }
        }
        return true;
    }

    private boolean takeLimit(JsonInput in, String field) {
        switch (field) {
            case "maxMessages" ->
                maxMessages = in.takeNull() ? null : Long.valueOf(in.integer(field, 1L, 1_000_000_000_000L));
            case "maxBytes" -> maxBytes = in.takeNull() ? null : Long.valueOf(in.integer(field, 1L, BYTES_MAX));
            case "overflow" -> overflow = oneOf(field, in.string(field), Overflow.values());
            case "maxDeliveryRate" -> maxDeliveryRate = in.takeNull() ? null : TextRate.parse(field, in.string(field));
            case "maxInFlight" -> maxInFlight = in.takeNull() ? null : (Integer) in.integer(field, 1, IN_FLIGHT_MAX);
            case "maxInFlightPerKey" ->
                maxInFlightPerKey = in.takeNull() ? null : (Integer) in.integer(field, 1, IN_FLIGHT_MAX);
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean takePrecedence(JsonInput in, String field) {
        switch (field) {
            case "ordering" -> ordering = oneOf(field, in.string(field), Ordering.values());
            case "fairness" -> fairness = in.takeNull() ? null : tenant(field, in.string(field));
            case "priorityAgeing" ->
                priorityAgeing = in.takeNull() ? null : in.duration(field, 1, TextDuration.MILLIS_MAX);
            default -> {
                return false;
            }
        }
        return true;
    }

    private static String tenant(String field, String value) {
        if (!value.equals("key") && !TENANT_HEADER.matcher(value).matches()) {
            throw ProtocolException.invalid("'" + field + "' must be key or headers.NAME");
        }
        return value;
    }

    private static <E extends Enum<E>> E oneOf(String field, String value, E[] known) {
        return SettingNames.find(known, value)
                .orElseThrow(() -> ProtocolException.invalid("'" + field + "' must be one of "
                        + Arrays.stream(known).map(SettingNames::of).collect(Collectors.joining(", "))));
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

    /** Who is next is said by one rule. */
    private void refuseTwoRules() {
        if (fairness != null && (ordering != Ordering.NONE || priorityAgeing != null || maxInFlightPerKey != null)) {
            throw ProtocolException.invalid(
                    "'fairness' can not be combined with 'ordering', 'priorityAgeing' or 'maxInFlightPerKey'");
        }
    }

    private QueueSettings finish(String queue) {
        if (queue.equals(deadLetterQueue)) {
            throw ProtocolException.invalid("'deadLetterQueue' must be another queue");
        }
        if (ordering != Ordering.NONE && maxInFlightPerKey != null && maxInFlightPerKey > 1) {
            throw ProtocolException.invalid("'maxInFlightPerKey' can only be 1 with the ordering '"
                    + SettingNames.of(ordering) + "', which hands out one message of a key at a time");
        }
        refuseTwoRules();
        return new QueueSettings(
                lease,
                maxAttempts,
                new QueueSettings.Backoff(initialDelay, multiplier, maxDelay, jitter),
                ttl,
                new Limits(maxMessages, maxBytes, overflow, maxDeliveryRate, maxInFlight, maxInFlightPerKey),
                new Precedence(ordering, fairness, priorityAgeing),
                deduplicationWindow,
                deadLetterQueue,
                durability);
    }

    /** Writes all settings as an object. */
    static void write(JsonGenerator out, QueueSettings settings) throws IOException {
        out.writeStartObject();
        out.writeStringField("lease", settings.lease().text());
        out.writeNumberField("maxAttempts", settings.maxAttempts());
        out.writeObjectFieldStart("retry");
        out.writeStringField("initialDelay", settings.backoff().initialDelay().text());
        out.writeNumberField("multiplier", settings.backoff().multiplier());
        out.writeStringField("maxDelay", settings.backoff().maxDelay().text());
        out.writeNumberField("jitter", settings.backoff().jitter());
        out.writeEndObject();
        out.writeStringField("ttl", textOrNull(settings.ttl()));
        Limits limits = settings.limits();
        writeNumber(out, "maxMessages", limits.maxMessages());
        writeNumber(out, "maxBytes", limits.maxBytes());
        out.writeStringField("overflow", SettingNames.of(limits.overflow()));
        out.writeStringField(
                "maxDeliveryRate",
                limits.maxDeliveryRate() == null
                        ? null
                        : limits.maxDeliveryRate().text());
        writeNumber(out, "maxInFlight", limits.maxInFlight());
        Precedence precedence = settings.precedence();
        out.writeStringField("ordering", SettingNames.of(precedence.ordering()));
        out.writeStringField(
                "deduplicationWindow", settings.deduplicationWindow().text());
        out.writeStringField("deadLetterQueue", settings.deadLetterQueue());
        out.writeStringField("durability", SettingNames.of(settings.durability()));
        writeUnusual(out, limits, precedence);
        out.writeEndObject();
    }

    /** What few queues have is written only where it is set. */
    private static void writeUnusual(JsonGenerator out, Limits limits, Precedence precedence) throws IOException {
        if (limits.maxInFlightPerKey() != null) {
            writeNumber(out, "maxInFlightPerKey", limits.maxInFlightPerKey());
        }
        if (precedence.fairness() != null) {
            out.writeStringField("fairness", precedence.fairness());
        }
        if (precedence.priorityAgeing() != null) {
            out.writeStringField("priorityAgeing", precedence.priorityAgeing().text());
        }
    }

    private static void writeNumber(JsonGenerator out, String field, Number value) throws IOException {
        if (value == null) {
            out.writeNullField(field);
        } else {
            out.writeNumberField(field, value.longValue());
        }
    }

    private static String textOrNull(TextDuration duration) {
        return duration == null ? null : duration.text();
    }
}
