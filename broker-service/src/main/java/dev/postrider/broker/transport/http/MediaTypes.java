package dev.postrider.broker.transport.http;

import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.ProtocolException;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Locale;

/** What a request says about the types of what it sends and takes. */
final class MediaTypes {
    static final String JSON = "application/json";
    static final String NDJSON = "application/x-ndjson";
    static final String RECORDS = "application/vnd.postrider.records";

    static final String EVENT = "application/cloudevents+json";
    static final String EVENTS = "application/cloudevents-batch+json";

    private MediaTypes() {}

    /** True if the request names a batch of CloudEvents among what it takes. */
    static boolean takesEvents(HttpServerRequest request) {
        return request.headers().getAll("Accept").stream()
                .flatMap(header -> List.of(header.split(",")).stream())
                .anyMatch(range -> essence(range).equals(EVENTS) && !isRefused(range));
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
        boolean taken = headers.stream()
                .flatMap(header -> List.of(header.split(",")).stream())
                .anyMatch(MediaTypes::takesJson);
        if (asked && !taken) {
            throw new ProtocolException(ProblemCode.NOT_ACCEPTABLE, "The answer is application/json");
        }
    }

    private static boolean takesJson(String range) {
        String essence = essence(range);
        boolean fits = essence.equals("*/*") || essence.equals("application/*") || essence.equals(JSON);
        return fits && !isRefused(range);
    }

    private static boolean isRefused(String range) {
        return range.replace(" ", "").toLowerCase(Locale.ROOT).matches(".*;q=0(\\.0{0,3})?(;.*)?");
    }

    private static String essence(String mediaType) {
        int end = mediaType.indexOf(';');
        return (end < 0 ? mediaType : mediaType.substring(0, end)).trim().toLowerCase(Locale.ROOT);
    }
}
