package dev.postrider.broker.transport;

import dev.postrider.protocol.EventHeaders;
import dev.postrider.protocol.MessageIds;
import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.ProtocolException;
import dev.postrider.protocol.TextDuration;
import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.MultiMap;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads the properties of a single message from the headers of the request that carries it. */
final class MessageHeaders {
    private static final String OURS = "postrider-";
    private static final String APPLICATION = "postrider-header-";

    private final MessageRecord.Builder record = MessageRecord.builder();
    private final TreeSet<String> seen = new TreeSet<>();
    private final Map<String, String> trace = new TreeMap<>();
    private final Map<String, String> application = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final EventAttributes event = new EventAttributes();
    private boolean structured;
    private int applicationBytes;
    private boolean delayed;

    private MessageHeaders() {}

    /** A builder that lacks only the body. */
    static MessageRecord.Builder read(MultiMap headers) {
        MessageHeaders reading = new MessageHeaders();
        for (Map.Entry<String, String> header : headers) {
            reading.take(header.getKey(), header.getValue());
        }
        return reading.finish();
    }

    /** Refuses what would be a message's property, if its request carried one message and not many. */
    static void refuseIn(MultiMap headers) {
        for (String name : headers.names()) {
            String lower = name.toLowerCase(Locale.ROOT);
            if (lower.startsWith(OURS) || lower.equals("idempotency-key")) {
                throw ProtocolException.invalid("The header " + name + " has no meaning for a batch: "
                        + propertyOf(lower)
                                .map(property -> "each message has its own '" + property + "'")
                                .orElse("properties are those of each message"));
            }
        }
    }

    private static Optional<String> propertyOf(String lower) {
        if (lower.startsWith(APPLICATION)) {
            return Optional.of("headers");
        }
        return Optional.ofNullable(
                switch (lower) {
                    case "idempotency-key" -> "deduplicationKey";
                    case "postrider-deliver-at" -> "deliverAt";
                    case "postrider-id", "postrider-key", "postrider-priority", "postrider-delay", "postrider-ttl" ->
                        lower.substring(OURS.length());
                    default -> null;
                });
    }

    private void take(String name, String value) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.startsWith(APPLICATION)) {
            takeApplicationHeader(name.substring(APPLICATION.length()), utf8(name, value));
        } else if (lower.startsWith(OURS)) {
            takeOnce(name, lower, utf8(name, value));
        } else if (lower.startsWith(EventHeaders.PREFIX)) {
            event.put(lower.substring(EventHeaders.PREFIX.length()), eventValue(name, utf8(name, value)));
        } else if (lower.equals("idempotency-key") || lower.equals("content-type")) {
            takeOnce(name, lower, utf8(name, value));
        } else if (lower.equals("traceparent")) {
            // There is one by its specification; a client whose libraries both trace must not lose the message for it.
            trace.putIfAbsent(lower, utf8(name, value));
        } else if (lower.equals("tracestate")) {
            trace.merge(lower, utf8(name, value), (first, second) -> first + "," + second);
        }
    }

    private void takeOnce(String name, String lower, String value) {
        if (!seen.add(lower)) {
            throw ProtocolException.invalid("The header " + name + " is there twice");
        }
        switch (lower) {
            case "content-type" -> contentType(value);
            case "idempotency-key" -> record.deduplicationKey(MessageBounds.deduplicationKey(name, value));
            case "postrider-id" -> record.id(MessageIds.check(name, value));
            case "postrider-key" -> record.key(MessageBounds.key(name, value));
            case "postrider-priority" -> record.priority(priority(name, value));
            case "postrider-delay" -> {
                refuseSecondDelay();
                record.delayMillis(TextDuration.parse(name, value).millis());
            }
            case "postrider-deliver-at" -> {
                refuseSecondDelay();
                record.deliverAtMillis(JsonInput.parseInstant(name, value));
            }
            case "postrider-ttl" ->
                record.ttlMillis(TextDuration.parse(name, value, 1, TextDuration.MILLIS_MAX)
                        .millis());
            default ->
                throw ProtocolException.invalid(
                        "There is no header " + name + "; those of the application" + " begin with Postrider-Header-");
        }
    }

    private void contentType(String value) {
        if (EventParser.isEvent(value)) {
            structured = true;
            return;
        }
        if (value.trim().toLowerCase(Locale.ROOT).startsWith("application/cloudevents")) {
            throw new ProtocolException(
                    ProblemCode.UNSUPPORTED_MEDIA_TYPE,
                    "A single event must be application/cloudevents+json, or in headers; a batch goes to /batch");
        }
        record.contentType(MessageBounds.contentType("Content-Type", value.trim()));
    }

    private static int priority(String name, String value) {
        if (value.length() != 1 || value.charAt(0) < '0' || value.charAt(0) > '9') {
            throw ProtocolException.invalid(
                    "'" + name + "' must be a whole number from 0 to " + MessageRecord.PRIORITY_MAX);
        }
        return value.charAt(0) - '0';
    }

    private void refuseSecondDelay() {
        if (delayed) {
            throw ProtocolException.invalid("A message may have Postrider-Delay or Postrider-Deliver-At, not both");
        }
        delayed = true;
    }

    private void takeApplicationHeader(String name, String value) {
        MessageBounds.headerValue(MessageBounds.headerName(name), value);
        if (application.put(name, value) != null) {
            throw ProtocolException.invalid("The header Postrider-Header-" + name + " is there twice");
        }
        record.header(name, value);
        count(name, value);
    }

    private MessageRecord.Builder finish() {
        // Of a structured event the body says everything; its attributes may be repeated in headers.
        if (!structured && !event.isEmpty()) {
            event.addTo(
                    record,
                    new EventAttributes.Given(
                            seen.contains("postrider-id"),
                            seen.contains("postrider-key"),
                            seen.contains("idempotency-key")),
                    this::takeApplicationHeader);
        }
        // What the application says of a trace counts more than what its HTTP client has added.
        trace.forEach((name, value) -> {
            if (!application.containsKey(name)) {
                application.put(name, value);
                record.header(name, MessageBounds.headerValue(name, value));
                count(name, value);
            }
        });
        return record;
    }

    private void count(String name, String value) {
        applicationBytes += name.length() + MessageBounds.utf8Length(value);
        MessageBounds.headers(application.size(), applicationBytes);
    }

    /** HTTP hands headers over as ISO 8859-1, a character for each byte; the bytes are meant as UTF-8. */
    private static String utf8(String name, String value) {
        String text = JsonText.decode(value.getBytes(StandardCharsets.ISO_8859_1));
        if (text == null) {
            throw ProtocolException.invalid("The header " + name + " is not valid UTF-8");
        }
        return text;
    }

    /** Undoes what the HTTP binding of CloudEvents does to values: percent-encoding, and quotes around them. */
    private static String eventValue(String name, String value) {
        String text = value;
        if (text.length() > 1 && text.startsWith("\"") && text.endsWith("\"")) {
            text = text.substring(1, text.length() - 1).replaceAll("\\\\(.)", "$1");
        }
        if (text.indexOf('%') < 0) {
            return text;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at < encoded.length; at++) {
            int high = encoded[at] == '%' && at + 2 < encoded.length ? Character.digit(encoded[at + 1], 16) : -1;
            int low = high < 0 ? -1 : Character.digit(encoded[at + 2], 16);
            bytes.write(low < 0 ? encoded[at] : high << 4 | low);
            at += low < 0 ? 0 : 2;
        }
        String decoded = JsonText.decode(bytes.toByteArray());
        if (decoded == null) {
            throw ProtocolException.invalid("The header " + name + " is not percent-encoded UTF-8");
        }
        return decoded;
    }
}
