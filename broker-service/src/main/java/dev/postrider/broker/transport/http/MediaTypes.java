package dev.postrider.broker.transport.http;

import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.ProtocolException;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a request says about the types of what it sends and takes. */
final class MediaTypes {
    static final String JSON = "application/json";
    static final String NDJSON = "application/x-ndjson";
    static final String RECORDS = "application/vnd.postrider.records";

    static final String EVENT = "application/cloudevents+json";
    static final String EVENTS = "application/cloudevents-batch+json";

    private MediaTypes() {}

    /**
     * True if the request would rather have a batch of CloudEvents than JSON: gives it the higher quality, or the same
     * and names it more precisely. Whoever likes both the same gets JSON.
     */
    static boolean takesEvents(HttpServerRequest request) {
        List<String> headers = request.headers().getAll("Accept");
        if (headers.isEmpty()) {
            return false;
        }
        Preference events = Preference.of(EVENTS, headers);
        Preference json = Preference.of(JSON, headers);
        return events.quality() > 0
                && (events.quality() > json.quality()
                        || events.quality() == json.quality() && events.precision() > json.precision());
    }

    /** The media type of the body in lower case and without parameters; empty if none is named. */
    static String ofBody(HttpServerRequest request) {
        String contentType = request.getHeader("Content-Type");
        return contentType == null ? "" : essence(contentType);
    }

    /** False: no body comes, whatever its type is said to be; many clients name one all the same. */
    static boolean hasBody(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        return length == null
                ? request.getHeader("Transfer-Encoding") != null
                : !length.trim().equals("0");
    }

    /** Refuses a body that is not JSON; none named is taken for JSON. */
    static void requireJson(HttpServerRequest request) {
        if (!hasBody(request)) {
            return;
        }
        String mediaType = ofBody(request);
        if (!mediaType.isEmpty() && !mediaType.equals(JSON)) {
            throw unsupported(JSON);
        }
        requireUtf8(request);
    }

    /** Refuses a charset other than UTF-8. */
    static void requireUtf8(HttpServerRequest request) {
        String contentType = request.getHeader("Content-Type");
        String lower = contentType == null ? "" : contentType.toLowerCase(Locale.ROOT);
        int at = lower.indexOf("charset=");
        if (at >= 0) {
            String charset = lower.substring(at + "charset=".length()).replace("\"", "");
            int end = charset.indexOf(';');
            charset = (end < 0 ? charset : charset.substring(0, end)).trim();
            if (!charset.equals("utf-8") && !charset.equals("utf8") && !charset.equals("us-ascii")) {
                throw new ProtocolException(ProblemCode.UNSUPPORTED_MEDIA_TYPE, "JSON must be UTF-8");
            }
        }
    }

    static ProtocolException unsupported(String supported) {
        return new ProtocolException(ProblemCode.UNSUPPORTED_MEDIA_TYPE, "The content type must be " + supported);
    }

    /** Refuses a request that would not take JSON for an answer. */
    static void requireJsonAccepted(HttpServerRequest request) {
        List<String> headers = request.headers().getAll("Accept");
        boolean asked = headers.stream().anyMatch(header -> !header.isBlank());
        if (asked && Preference.of(JSON, headers).quality() == 0) {
            throw new ProtocolException(ProblemCode.NOT_ACCEPTABLE, "The answer is application/json");
        }
    }

    private static String essence(String mediaType) {
        int end = mediaType.indexOf(';');
        return (end < 0 ? mediaType : mediaType.substring(0, end)).trim().toLowerCase(Locale.ROOT);
    }

    /**
     * What a request says of one media type (RFC 9110, section 12.5.1): the most precise range that fits decides.
     *
     * @param quality in thousandths; 0: refused, or not mentioned
     * @param precision 3 for the type itself, 0 for not mentioned
     */
    private record Preference(int quality, int precision) {
        private static final int THOUSAND = 1_000;
        private static final Pattern QUALITY = Pattern.compile(" *[qQ]=(0(?:\\.[0-9]{0,3})?|1(?:\\.0{0,3})?) *");

        static Preference of(String mediaType, List<String> headers) {
            Preference best = new Preference(0, 0);
            for (String header : headers) {
                for (String range : header.split(",")) {
                    int precision = precision(mediaType, essence(range));
                    Preference found = new Preference(precision == 0 ? 0 : quality(range), precision);
                    boolean isBetter =
                            precision > best.precision || precision == best.precision && found.quality > best.quality;
                    best = isBetter ? found : best;
                }
            }
            return best;
        }

        private static int precision(String mediaType, String range) {
            if (range.equals(mediaType)) {
                return 3;
            }
            boolean ofItsKind = range.endsWith("/*") && mediaType.startsWith(range.substring(0, range.length() - 1));
            return ofItsKind ? 2 : range.equals("*/*") ? 1 : 0;
        }

        /** One that cannot be read counts as none, which is 1. */
        private static int quality(String range) {
            String[] parts = range.split(";");
            for (int i = 1; i < parts.length; i++) {
                Matcher quality = QUALITY.matcher(parts[i]);
                if (quality.matches()) {
                    return (int) Math.round(Double.parseDouble(quality.group(1)) * THOUSAND);
                }
            }
            return THOUSAND;
        }
    }
}
