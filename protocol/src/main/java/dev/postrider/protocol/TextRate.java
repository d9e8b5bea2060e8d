package dev.postrider.protocol;

import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * So many messages in a time, as people write it: {@code 100/s}, {@code 6000/m}, {@code 500/h}. The text is kept, so
 * that a setting is answered as it was given.
 *
 * @param text as written, never null
 * @param count messages in each period, 1 to 999,999,999
 * @param periodMillis 1,000, 60,000 or 3,600,000
 */
public record TextRate(String text, long count, long periodMillis) {
    private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,8})/([smh])");

    public TextRate {
        Objects.requireNonNull(text, "text");
    }

    /**
     * Reads a rate.
     *
     * @param field what it is for, for the error text
     * @throws ProtocolException {@code invalid-request} if {@code text} is null or not a rate
     */
    public static TextRate parse(String field, String text) {
        Matcher matcher = FORM.matcher(text == null ? "" : text);
        if (!matcher.matches()) {
            throw ProtocolException.invalid("'" + field + "' must be a rate such as 100/s or 6000/m");
        }
        long period =
                switch (matcher.group(2)) {
                    case "s" -> 1_000;
                    case "m" -> 60_000;
                    default -> 3_600_000;
                };
        return new TextRate(text, Long.parseLong(matcher.group(1)), period);
    }
}
