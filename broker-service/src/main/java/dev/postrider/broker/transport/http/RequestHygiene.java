package dev.postrider.broker.transport.http;

import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.ProtocolException;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Refuses requests before anybody looks at what they ask. Paths that one part of a server may read differently from
 * another (matrix parameters, empty or dot segments, encoded separators) have a history of getting around access rules.
 * They have one use here: the last segment of a dead letter's path is a message's id, which its publisher chose.
 */
final class RequestHygiene {
    /** Below what the HTTP server itself takes, so that the answer is ours. */
    static final int URI_LENGTH_MAX = 8 * 1024;

    static final int HEADERS_LENGTH_MAX = 32 * 1024;

    private static final Pattern AMBIGUOUS =
            Pattern.compile("[;\\\\]|//|/\\.{1,2}(/|$)|%(2e|2f|5c|3b|00)", Pattern.CASE_INSENSITIVE);

    /** An id behind what any rule can be about. One of encoded dots is none: some drop such a segment. */
    private static final Pattern ENCODED_ID =
            Pattern.compile("/v1/queues/[^/;\\\\%]+/dead-letters/(?!(\\.|%2[eE]){1,2}$)[^/;\\\\]+");

    private static final Pattern BAD_ESCAPE = Pattern.compile("%(?![0-9a-fA-F]{2})");

    private RequestHygiene() {}

    static void check(HttpServerRequest request) {
        if (request.uri().length() > URI_LENGTH_MAX) {
            throw new ProtocolException(
                    ProblemCode.URI_TOO_LONG, "The address may have " + URI_LENGTH_MAX + " characters");
        }
        if (request.version() == HttpVersion.HTTP_1_1 && request.getHeader("Host") == null) {
            throw ProtocolException.invalid("The header Host is missing");
        }
        String path = request.path();
        if (path == null || isAmbiguous(path)) {
            throw ProtocolException.invalid(
                    "The path must not have ';', '\\', empty or dot segments, nor encoded separators");
        }
        String query = request.query();
        if (query != null && BAD_ESCAPE.matcher(query).find()) {
            throw ProtocolException.invalid("The query is not well encoded");
        }
        int length = 0;
        for (Map.Entry<String, String> header : request.headers()) {
            length += header.getKey().length() + header.getValue().length();
        }
        if (length > HEADERS_LENGTH_MAX) {
            throw new ProtocolException(
                    ProblemCode.HEADERS_TOO_LARGE, "The headers may have " + HEADERS_LENGTH_MAX + " bytes");
        }
        String encoding = request.getHeader("Content-Encoding");
        if (encoding != null && !encoding.trim().toLowerCase(Locale.ROOT).equals("identity")) {
            throw new ProtocolException(
                    ProblemCode.UNSUPPORTED_MEDIA_TYPE, "A body with a content encoding is not supported");
        }
    }

    private static boolean isAmbiguous(String path) {
        return AMBIGUOUS.matcher(path).find() && !ENCODED_ID.matcher(path).matches();
    }
}
