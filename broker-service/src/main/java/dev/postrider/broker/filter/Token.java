package dev.postrider.broker.filter;

/**
 * A word, a value or a sign of a filter.
 *
 * @param kind what it is
 * @param text a word or a sign as it stands there, a quoted name or text without its quotes and escapes
 * @param position where it begins, counted from 1
 * @param end the position behind it
 */
record Token(Kind kind, String text, int position, int end) {
    enum Kind {
        WORD,
        NAME,
        TEXT,
        NUMBER,
        SIGN,
        END
    }

    boolean isSign(String sign) {
        return kind == Kind.SIGN && text.equals(sign);
    }

    boolean isWord(String word) {
        return kind == Kind.WORD && text.equalsIgnoreCase(word);
    }
}
