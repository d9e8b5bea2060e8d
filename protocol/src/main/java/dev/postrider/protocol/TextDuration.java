package dev.postrider.protocol;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A duration as people write it: {@code 250ms}, {@code 30s}, {@code 5m}, {@code 2h}, {@code 7d}, or ISO-8601
 * ({@code PT30S}). The text is kept, so that a setting is answered as it was given.
 *
 * @param text as written, never null
 * @param millis 0 to {@link #MILLIS_MAX}; finer ISO-8601 fractions are cut off
 */
public record TextDuration(String text, long millis) {
    /** Ten years: beyond any delay or lifetime the broker accepts, and far from an overflow. */
    public static final long MILLIS_MAX = 3_653L * 24 * 60 * 60 * 1000;

    private static final Pattern SHORT_FORM = Pattern.compile("([0-9]{1,15})(ms|s|m|h|d)");
    // Duration.parse takes lower case, signs and commas too; what is meant is the plain upper-case form.
    private static final Pattern ISO_FORM = Pattern.compile("P[0-9DTHMS.]{2,60}");

    public TextDuration {
        Objects.requireNonNull(text, "text");
    }

    /**
     * Reads a duration.
     *
     * @param field what it is for, for the error text
     * @throws ProtocolException {@code invalid-request} if {@code text} is null, not a duration, negative or too long
     */
    public static TextDuration parse(String field, String text) {
        if (text == null) {
            throw bad(field);
        }
        Matcher matcher = SHORT_FORM.matcher(text);
        long millis = matcher.matches() ? shortForm(field, matcher) : iso(field, text);
        if (millis < 0 || millis > MILLIS_MAX) {
            throw ProtocolException.invalid("'" + field + "' must be between 0 and ten years");
        }
        return new TextDuration(text, millis);
    }

    /**
     * Reads a duration that must lie within bounds, both in milliseconds and inclusive.
     *
     * @throws ProtocolException {@code invalid-request} as for {@link #parse(String, String)}, or out of bounds
     */
    public static TextDuration parse(String field, String text, long minMillis, long maxMillis) {
        TextDuration parsed = parse(field, text);
        if (parsed.millis < minMillis || parsed.millis > maxMillis) {
            throw ProtocolException.invalid(
                    "'" + field + "' must be between " + format(minMillis) + " and " + format(maxMillis));
        }
        return parsed;
    }

    /** The duration written in its largest whole unit. */
    public static TextDuration ofMillis(long millis) {
        return new TextDuration(format(millis), millis);
    }

    /** Writes milliseconds in the largest unit that divides them: 90,000 is {@code 90s}, 0 is {@code 0s}. */
    public static String format(long millis) {
        long[] sizes = {86_400_000, 3_600_000, 60_000, 1_000};
        String[] units = {"d", "h", "m", "s"};
        for (int i = 0; i < sizes.length; i++) {
            if (millis != 0 && millis % sizes[i] == 0) {
                return millis / sizes[i] + units[i];
            }
        }
        return millis == 0 ? "0s" : millis + "ms";
    }

    public Duration toDuration() {
        return Duration.ofMillis(millis);
    }

    @Override
    public String toString() {
        return text;
    }

    private static long shortForm(String field, Matcher matcher) {
        long amount = Long.parseLong(matcher.group(1));
        long unit =
                switch (matcher.group(2)) {
                    case "ms" -> 1;
                    case "s" -> 1_000;
                    case "m" -> 60_000;
                    case "h" -> 3_600_000;
                    default -> 86_400_000;
                };
        if (amount > MILLIS_MAX / unit) {
            throw ProtocolException.invalid("'" + field + "' must be between 0 and ten years");
        }
        return amount * unit;
    }

    private static long iso(String field, String text) {
        if (!ISO_FORM.matcher(text).matches()) {
            throw bad(field);
        }
        try {
            return Duration.parse(text).toMillis();
        } catch (DateTimeParseException | ArithmeticException e) {
            throw bad(field);
        }
    }

    private static ProtocolException bad(String field) {
        return ProtocolException.invalid(
                "'" + field + "' must be a duration such as 250ms, 30s, 5m, 2h, 7d or ISO-8601 such as PT30S");
    }
}
