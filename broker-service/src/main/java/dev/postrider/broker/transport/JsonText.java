package dev.postrider.broker.transport;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.postrider.protocol.ProtocolException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** What bytes must be before they are read as JSON, and the one factory of parsers and generators. */
final class JsonText {
    /** Levels of objects and arrays; enough for any document, too few to exhaust a stack. */
    static final int NESTING_MAX = 1_000;

    /** Lengths are bounded by the limits on bodies, so that only nesting needs a bound of its own. */
    static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(NESTING_MAX)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private static final int ESCAPE_LENGTH = 6;

    private JsonText() {}

    /**
     * Refuses what a JSON parser would let pass: malformed UTF-8, a NUL (and with it UTF-16 and UTF-32), a byte order
     * mark, and {@code \}{@code u} escapes that are half of a surrogate pair.
     *
     * @return the characters if the document must be parsed as such, else null: Jackson's parser of bytes is the
     *     faster one, but refuses escaped pairs in the names of fields
     */
    static String checkedCharacters(byte[] bytes) {
        boolean ascii = true;
        boolean pairs = false;
        for (int i = 0; i < bytes.length; i++) {
            byte b = bytes[i];
            if (b < 0) {
                ascii = false;
            } else if (b == 0) {
                throw ProtocolException.invalid("The JSON must be UTF-8 without NUL characters");
            } else if (b == '\\') {
                int after = afterEscape(bytes, i);
                pairs |= after - i > ESCAPE_LENGTH;
                i = after - 1;
            }
        }
        if (!ascii && decode(bytes) == null) {
            throw ProtocolException.invalid("The JSON is not valid UTF-8");
        }
        if (bytes.length >= 3 && bytes[0] == (byte) 0xef && bytes[1] == (byte) 0xbb && bytes[2] == (byte) 0xbf) {
            throw ProtocolException.invalid("The JSON must not begin with a byte order mark");
        }
        return pairs ? new String(bytes, StandardCharsets.UTF_8) : null;
    }

    /** The text, or null if the bytes are not UTF-8. */
    static String decode(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /**
     * True if the bytes are one JSON value and nothing else, which {@link #checkedCharacters} would not refuse: what
     * would be no JSON, or other JSON, as a part of another document is none.
     */
    static boolean isValue(byte[] bytes) {
        try (JsonParser parser = parser(bytes, checkedCharacters(bytes))) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            parser.finishToken();
            return parser.nextToken() == null;
        } catch (IOException | ProtocolException e) {
            return false;
        }
    }

    /**
     * A parser of {@code bytes}, or of {@code characters} if there are any: with these it knows only the places of
     * characters.
     */
    static JsonParser parser(byte[] bytes, String characters) throws IOException {
        return characters == null ? FACTORY.createParser(bytes) : FACTORY.createParser(characters);
    }

    /** True for {@code application/json} and everything that ends in {@code +json}. */
    static boolean isJson(String contentType) {
        int end = contentType.indexOf(';');
        String mediaType =
                (end < 0 ? contentType : contentType.substring(0, end)).trim().toLowerCase(Locale.ROOT);
        return mediaType.equals("application/json") || mediaType.endsWith("+json");
    }

    private static int afterEscape(byte[] bytes, int at) {
        int unit = escapedUnit(bytes, at);
        if (unit < 0) {
            return at + 2;
        }
        if (!Character.isSurrogate((char) unit)) {
            return at + ESCAPE_LENGTH;
        }
        int next = escapedUnit(bytes, at + ESCAPE_LENGTH);
        if (Character.isLowSurrogate((char) unit) || next < 0 || !Character.isLowSurrogate((char) next)) {
            throw ProtocolException.invalid("The JSON has an escape that is half of a surrogate pair");
        }
        return at + 2 * ESCAPE_LENGTH;
    }

    /** The code unit of the escape at {@code at}, or -1 if there is none. */
    private static int escapedUnit(byte[] bytes, int at) {
        if (at + ESCAPE_LENGTH > bytes.length || bytes[at] != '\\' || bytes[at + 1] != 'u') {
            return -1;
        }
        int unit = 0;
        for (int i = at + 2; i < at + ESCAPE_LENGTH; i++) {
            int digit = Character.digit(bytes[i], 16);
            if (digit < 0) {
                return -1;
            }
            unit = unit << 4 | digit;
        }
        return unit;
    }
}
