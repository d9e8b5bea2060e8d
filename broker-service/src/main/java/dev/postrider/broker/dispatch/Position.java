package dev.postrider.broker.dispatch;

import dev.postrider.protocol.ProtocolException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far somebody has read a topic. It holds on every broker.
 *
 * @param place where the last records stand that were begun, 0: before all
 * @param index of the last record that was read in their chunk; {@link #ALL}: all were
 * @param millis all that is not read was made at about that time or later, by the database's clock
 */
public record Position(long place, int index, long millis) {
    static final int ALL = Integer.MAX_VALUE;

    private static final Pattern FORM = Pattern.compile("([0-9a-z]{1,12})-([0-9a-z]{1,6})-([0-9a-z]{1,9})");
    private static final long MILLIS_MAX = 253_402_300_799_999L;

    /**
     * Reads what {@link #toText} wrote.
     *
     * @throws ProtocolException {@code invalid-request}
     */
    public static Position parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (matcher.matches()) {
            long index = number(matcher.group(2));
            long millis = number(matcher.group(3));
            if (index <= ALL && millis <= MILLIS_MAX) {
                return new Position(number(matcher.group(1)), (int) index, millis);
            }
        }
        throw ProtocolException.invalid("'Last-Event-ID' is none of this stream");
    }

    private static long number(String digits) {
        return Long.parseLong(digits, Character.MAX_RADIX);
    }

    /** Short, without spaces. */
    public String toText() {
        return Long.toString(place, Character.MAX_RADIX)
                + '-'
                + Integer.toString(index, Character.MAX_RADIX)
                + '-'
                + Long.toString(millis, Character.MAX_RADIX);
    }
}
