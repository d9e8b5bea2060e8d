package dev.postrider.broker.transport;

import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.ProtocolException;
import dev.postrider.protocol.record.MessageRecord;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;

/** The bounds of a message's parts, wherever it comes from. Each check returns what it was given. */
final class MessageBounds {
    static final int KEY_BYTES_MAX = 256;
    static final int DEDUPLICATION_KEY_BYTES_MAX = 256;
    static final int CONTENT_TYPE_LENGTH_MAX = 256;
    static final int HEADER_COUNT_MAX = 64;
    static final int HEADER_NAME_LENGTH_MAX = 128;
    static final int HEADERS_BYTES_MAX = 16 * 1024;

    private static final Pattern CONTENT_TYPE =
            Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+/[!#$%&'*+.^_`|~0-9A-Za-z-]+[ \\t]*(;[\\x20-\\x7e\\t]*)?");

    private MessageBounds() {}

    static String key(String field, String key) {
        return text(field, key, KEY_BYTES_MAX);
    }

    static String deduplicationKey(String field, String key) {
        return text(field, key, DEDUPLICATION_KEY_BYTES_MAX);
    }

    static String contentType(String field, String contentType) {
        boolean fits = contentType.length() <= CONTENT_TYPE_LENGTH_MAX
                && CONTENT_TYPE.matcher(contentType).matches();
        if (!fits) {
            throw ProtocolException.invalid("'" + field + "' must be a media type such as text/plain, of at most "
                    + CONTENT_TYPE_LENGTH_MAX + " characters");
        }
        return contentType;
    }

    static String headerName(String name) {
        boolean visible = name.chars().allMatch(c -> c > ' ' && c < 0x7f);
        if (!visible || name.isEmpty() || name.length() > HEADER_NAME_LENGTH_MAX) {
            throw ProtocolException.invalid(
                    "A header's name must have 1 to " + HEADER_NAME_LENGTH_MAX + " visible ASCII characters");
        }
        return name;
    }

    static String headerValue(String name, String value) {
        return withoutNul("headers." + name, value);
    }

    static void headers(int count, int bytes) {
        if (count > HEADER_COUNT_MAX || bytes > HEADERS_BYTES_MAX) {
            throw ProtocolException.invalid(
                    "A message may have " + HEADER_COUNT_MAX + " headers of together " + HEADERS_BYTES_MAX + " bytes");
        }
    }

    /** Holds a whole message's headers to the bounds. */
    static void headers(MessageRecord record) {
        int bytes = 0;
        for (Map.Entry<String, String> header : record.headers().entrySet()) {
            bytes += header.getKey().length() + utf8Length(header.getValue());
        }
        headers(record.headers().size(), bytes);
    }

    static byte[] body(byte[] body, int bytesMax) {
        if (body.length > bytesMax) {
            throw new ProtocolException(
                    ProblemCode.MESSAGE_TOO_LARGE, "A message may have a body of " + bytesMax + " bytes");
        }
        return body;
    }

    /** Non-empty text without NUL, which PostgreSQL could not keep, of at most {@code bytesMax} bytes of UTF-8. */
    static String text(String field, String text, int bytesMax) {
        if (text.isEmpty() || utf8Length(text) > bytesMax) {
            throw ProtocolException.invalid("'" + field + "' must have 1 to " + bytesMax + " bytes");
        }
        return withoutNul(field, text);
    }

    static int utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static String withoutNul(String field, String text) {
        if (text.indexOf('\0') >= 0) {
            throw ProtocolException.invalid("'" + field + "' must not contain a NUL character");
        }
        return text;
    }
}
