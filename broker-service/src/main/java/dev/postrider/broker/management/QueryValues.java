package dev.postrider.broker.management;

import dev.postrider.protocol.ProtocolException;

/** Reads query parameters. */
final class QueryValues {
    static final int LIMIT_DEFAULT = 100;
    static final int LIMIT_MAX = 1_000;

    private QueryValues() {}

    static int limit(String text) {
        if (text == null) {
            return LIMIT_DEFAULT;
        }
        int value = text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : 0;
        if (value < 1 || value > LIMIT_MAX) {
            throw ProtocolException.invalid("'limit' must be a whole number from 1 to " + LIMIT_MAX);
        }
        return value;
    }

    /** What names may begin with; null for nothing asked. */
    static String partOfName(String name, String text) {
        if (text != null && !text.matches("[A-Za-z0-9._-]{0,128}")) {
            throw ProtocolException.invalid("'" + name + "' must have at most 128 characters of A-Z a-z 0-9 . _ -");
        }
        return text;
    }

    static boolean flag(String name, String text) {
        if (text == null) {
            return false;
        }
        if (!text.equals("true") && !text.equals("false")) {
            throw ProtocolException.invalid("'" + name + "' must be true or false");
        }
        return text.equals("true");
    }
}
