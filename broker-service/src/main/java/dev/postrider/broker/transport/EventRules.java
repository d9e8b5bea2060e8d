package dev.postrider.broker.transport;

import dev.postrider.protocol.ProtocolException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;

/**
 * What the specification of CloudEvents wants of the values of attributes. Headers of a message that was not published
 * as an event are not held to it when they come, and one value that breaks it may cost a client its whole batch.
 */
final class EventRules {
    private static final Pattern RFC_3339 = Pattern.compile(
            "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})",
            Pattern.CASE_INSENSITIVE);

    private EventRules() {}

    /** True if an event may have the attribute with that value. */
    static boolean allow(String attribute, String value) {
        return switch (attribute) {
            case "id", "type", "subject", "partitionkey", "traceparent" -> !value.isEmpty();
            case "source" -> !value.isEmpty() && uri(value) != null;
            case "dataschema" -> uri(value) != null && uri(value).isAbsolute();
            case "time" -> isInstant(value);
            default -> true;
        };
    }

    private static URI uri(String value) {
        try {
            return new URI(value);
        } catch (URISyntaxException e) {
            return null;
        }
    }

    private static boolean isInstant(String value) {
        if (!RFC_3339.matcher(value).matches()) {
            return false;
        }
        try {
            JsonInput.parseInstant("time", value);
            return true;
        } catch (ProtocolException e) {
            return false;
        }
    }
}
