package dev.postrider.broker.transport.sse;

import java.util.Locale;

/** Reads an {@code Accept} header (RFC 9110, section 12.5.1) for one question: may the answer be an event stream? */
final class Acceptance {
    private static final String EVENT_STREAM = "text/event-stream";

    private Acceptance() {}

    /** True if event streams are allowed, which they also are where {@code accept} is null or blank. */
    static boolean allowsEventStream(String accept) {
        if (accept == null || accept.isBlank()) {
            return true;
        }
        int precision = 0;
        boolean allowed = false;
        for (String range : accept.split(",")) {
            String[] parts = range.split(";");
            int precisionOfThis = precision(parts[0].trim().toLowerCase(Locale.ROOT));
            if (precisionOfThis > precision) {
                precision = precisionOfThis;
                allowed = !isWeightZero(parts);
            }
        }
        return allowed;
    }

    /** The most precise range that fits decides; 0: it does not fit. */
    private static int precision(String range) {
        return switch (range) {
            case EVENT_STREAM -> 3;
            case "text/*" -> 2;
            case "*/*", "*" -> 1;
            default -> 0;
        };
    }

    private static boolean isWeightZero(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            if (parts[i].trim().toLowerCase(Locale.ROOT).matches("q=0(\\.0{0,3})?")) {
                return true;
            }
        }
        return false;
    }
}
