package dev.postrider.broker.filter;

import java.math.BigDecimal;

/** Numbers as filters and headers write them: {@code -12}, {@code 0.5}, {@code 6.02e23}. */
final class Numbers {
    /** A longer text is not taken for a number, so that comparing it costs little. */
    static final int LENGTH_MAX = 64;

    /** More digits of an exponent would make numbers that cannot be compared in reasonable time. */
    private static final int EXPONENT_DIGITS_MAX = 3;

    private Numbers() {}

    /** The number that the whole text is; null if it is none. */
    static BigDecimal parse(String text) {
        int length = text.length();
        return length > 0 && length <= LENGTH_MAX && end(text, 0) == length ? new BigDecimal(text) : null;
    }

    /** Where the number that begins at {@code start} ends; {@code start} if there is none. */
    static int end(String text, int start) {
        int whole = afterSign(text, start);
        int end = afterDigits(text, whole);
        if (end == whole) {
            return start;
        }
        if (end < text.length() && text.charAt(end) == '.') {
            int fraction = afterDigits(text, end + 1);
            end = fraction == end + 1 ? end : fraction;
        }
        return afterExponent(text, end);
    }

    private static int afterExponent(String text, int at) {
        if (at >= text.length() || Character.toLowerCase(text.charAt(at)) != 'e') {
            return at;
        }
        int digits = afterSign(text, at + 1);
        int end = afterDigits(text, digits);
        return end > digits && end - digits <= EXPONENT_DIGITS_MAX ? end : at;
    }

    private static int afterSign(String text, int at) {
        return at < text.length() && (text.charAt(at) == '-' || text.charAt(at) == '+') ? at + 1 : at;
    }

    private static int afterDigits(String text, int at) {
        int end = at;
        while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
            end++;
        }
        return end;
    }
}
