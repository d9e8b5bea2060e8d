package dev.postrider.broker.transport;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.postrider.protocol.ProtocolException;
import dev.postrider.protocol.TextDuration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Reads one JSON document strictly, from front to back. Each reading method takes the next value and refuses any other
 * type; all of them throw a {@link ProtocolException} ({@code invalid-request}) that names the field. Unknown and
 * repeated fields, malformed UTF-8, lone surrogates, deep nesting and anything behind the document are refused. Not
 * thread-safe.
 */
public final class JsonInput {
    /** The end of the year 9999. */
    static final long INSTANT_MAX_MILLIS = 253_402_300_799_999L;

    private final byte[] bytes;
    /** The same in characters if the parser reads these, else null. */
    private final String characters;

    private final JsonParser parser;
    /** A token that was looked at and not yet taken; null: none. */
    private JsonToken pending;

    private JsonInput(byte[] bytes, String characters) {
        this.bytes = bytes;
        this.characters = characters;
        try {
            this.parser = JsonText.parser(bytes, characters);
        } catch (IOException e) {
            // It could be no encoding of JSON at all.
            throw malformed(e);
        }
    }

    /** A reader of the document in {@code bytes}, which must not change meanwhile. */
    public static JsonInput of(byte[] bytes) {
        return new JsonInput(bytes, JsonText.checkedCharacters(bytes));
    }

    /** A reader of what may have been refused already, to find something in it: looks at characters as it goes. */
    public static JsonInput ofUnchecked(byte[] bytes) {
        return new JsonInput(bytes, null);
    }

    /** Takes the value of the field with the given name; false: there is no such field. */
    @FunctionalInterface
    public interface FieldReader {
        boolean read(String field);
    }

    /**
     * Reads an object.
     *
     * @param what what it is, for the error text, for instance {@code "The body"} or {@code "'retry'"}
     * @param reader called for each field, must take its value
     */
    public void object(String what, FieldReader reader) {
        if (next() != JsonToken.START_OBJECT) {
            throw ProtocolException.invalid(what + " must be a JSON object");
        }
        Set<String> seen = new HashSet<>();
        while (next() != JsonToken.END_OBJECT) {
            String field = name();
            if (!seen.add(field)) {
                throw ProtocolException.invalid(what + " has the field '" + quotable(field) + "' twice");
            }
            if (!reader.read(field)) {
                throw ProtocolException.invalid(what + " has an unknown field '" + quotable(field) + "'");
            }
        }
    }

    /** Reads an array of {@code min} to {@code max} elements; {@code element} must take one value each time. */
    public void array(String field, int min, int max, Runnable element) {
        if (next() != JsonToken.START_ARRAY) {
            throw ProtocolException.invalid("'" + field + "' must be an array");
        }
        int count = 0;
        for (JsonToken token = next(); token != JsonToken.END_ARRAY; token = next()) {
            pending = token;
            count++;
            if (count > max) {
                break;
            }
            element.run();
        }
        if (count < min || count > max) {
            throw ProtocolException.invalid("'" + field + "' must have " + min + " to " + max + " elements");
        }
    }

    /** True, and the value is taken, if it is null. */
    public boolean takeNull() {
        JsonToken token = next();
        if (token == JsonToken.VALUE_NULL) {
            return true;
        }
        pending = token;
        return false;
    }

    /** Reads a string; never null. */
    public String string(String field) {
        if (next() != JsonToken.VALUE_STRING) {
            throw ProtocolException.invalid("'" + field + "' must be a string");
        }
        return text();
    }

    public String stringOrNull(String field) {
        return takeNull() ? null : string(field);
    }

    /** Reads a string, a number or a boolean, as text. */
    public String scalar(String field) {
        JsonToken token = next();
        if (!token.isScalarValue() || token == JsonToken.VALUE_NULL) {
            throw ProtocolException.invalid("'" + quotable(field) + "' must be a string, a number, true or false");
        }
        return text();
    }

    public boolean bool(String field) {
        JsonToken token = next();
        if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
            throw ProtocolException.invalid("'" + field + "' must be true or false");
        }
        return token == JsonToken.VALUE_TRUE;
    }

    /** Reads a whole number within bounds, both inclusive. */
    public int integer(String field, int min, int max) {
        return (int) integer(field, min, (long) max);
    }

    /** Reads a whole number within bounds, both inclusive. */
    public long integer(String field, long min, long max) {
        boolean whole = next() == JsonToken.VALUE_NUMBER_INT;
        long value = whole ? longValue(min - 1) : min - 1;
        if (value < min || value > max) {
            throw ProtocolException.invalid("'" + field + "' must be a whole number from " + min + " to " + max);
        }
        return value;
    }

    /** Reads a number within bounds, both inclusive. */
    public double number(String field, double min, double max) {
        JsonToken token = next();
        boolean numeric = token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT;
        double value = numeric ? doubleValue() : Double.NaN;
        if (!(value >= min && value <= max)) {
            throw ProtocolException.invalid("'" + field + "' must be a number from " + min + " to " + max);
        }
        return value;
    }

    /** Reads a duration within bounds, both in milliseconds and inclusive. */
    public TextDuration duration(String field, long minMillis, long maxMillis) {
        return TextDuration.parse(field, string(field), minMillis, maxMillis);
    }

    /** Reads an instant as milliseconds since 1970; earlier ones become 0. */
    public long instant(String field) {
        return parseInstant(field, string(field));
    }

    /** Reads an RFC 3339 instant with offset as milliseconds since 1970; earlier ones become 0. */
    public static long parseInstant(String field, String text) {
        try {
            long millis = OffsetDateTime.parse(text).toInstant().toEpochMilli();
            if (millis <= INSTANT_MAX_MILLIS) {
                return Math.max(0, millis);
            }
        } catch (DateTimeException | ArithmeticException e) {
            // Falls through to the one refusal.
        }
        throw ProtocolException.invalid(
                "'" + field + "' must be an instant with offset such as 2026-01-31T09:00:00Z, before the year 10000");
    }

    /** Takes any value and returns its bytes exactly as they stand in the document. */
    public byte[] rawValue() {
        try {
            next();
            JsonLocation start = parser.currentTokenLocation();
            parser.skipChildren();
            parser.finishToken();
            JsonLocation end = parser.currentLocation();
            return characters == null
                    ? Arrays.copyOfRange(bytes, (int) start.getByteOffset(), (int) end.getByteOffset())
                    : characters
                            .substring((int) start.getCharOffset(), (int) end.getCharOffset())
                            .getBytes(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw malformed(e);
        }
    }

    /** Takes any value and drops it. */
    public void skip() {
        try {
            next();
            parser.skipChildren();
            parser.finishToken();
        } catch (IOException e) {
            throw malformed(e);
        }
    }

    /** Refuses anything behind the document. */
    public void end() {
        if (nextOrEnd() != null) {
            throw ProtocolException.invalid("There is something behind the end of the JSON");
        }
    }

    private String name() {
        try {
            return parser.currentName();
        } catch (IOException e) {
            throw malformed(e);
        }
    }

    private String text() {
        try {
            return parser.getText();
        } catch (IOException e) {
            throw malformed(e);
        }
    }

    private long longValue(long ifTooBig) {
        try {
            return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER ? ifTooBig : parser.getLongValue();
        } catch (IOException e) {
            return ifTooBig;
        }
    }

    private double doubleValue() {
        try {
            return parser.getDoubleValue();
        } catch (IOException e) {
            return Double.NaN;
        }
    }

    private JsonToken next() {
        JsonToken token = nextOrEnd();
        if (token == null) {
            throw ProtocolException.invalid("The JSON ends too early");
        }
        return token;
    }

    private JsonToken nextOrEnd() {
        if (pending != null) {
            JsonToken token = pending;
            pending = null;
            return token;
        }
        try {
            return parser.nextToken();
        } catch (IOException e) {
            throw malformed(e);
        }
    }

    private static ProtocolException malformed(IOException e) {
        if (e instanceof StreamConstraintsException) {
            return ProtocolException.invalid(
                    "The JSON must not be nested deeper than " + JsonText.NESTING_MAX + " levels");
        }
        JsonLocation at = e instanceof JsonProcessingException json ? json.getLocation() : null;
        String where = at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
        return ProtocolException.invalid("The JSON is not well formed" + where);
    }

    private static String quotable(String field) {
        int end = Math.min(field.length(), 64);
        return field.substring(0, end) + (end < field.length() ? "…" : "");
    }
}
