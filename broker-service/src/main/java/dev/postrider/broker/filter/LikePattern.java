package dev.postrider.broker.filter;

import java.util.BitSet;
import java.util.Objects;

/**
 * A pattern of LIKE: {@code %} stands for any characters, {@code _} for one, and an escape character takes its meaning
 * from the one behind it. Immutable. Goes back to the last {@code %} only, so that it takes no more steps than the
 * length of the pattern times that of the text.
 */
final class LikePattern {
    private final String pattern;
    /** The escape character, or null. */
    private final String escape;
    /** The pattern without escape characters. */
    private final String symbols;
    /** Which of the symbols are wildcards. */
    private final BitSet wildcards;

    private LikePattern(String pattern, String escape, String symbols, BitSet wildcards) {
        this.pattern = pattern;
        this.escape = escape;
        this.symbols = symbols;
        this.wildcards = wildcards;
    }

    /**
     * Reads a pattern.
     *
     * @param escape one character, or null
     * @return null if an escape character stands before something that needs none
     */
    static LikePattern of(String pattern, String escape) {
        StringBuilder symbols = new StringBuilder(pattern.length());
        BitSet wildcards = new BitSet();
        for (int at = 0; at < pattern.length(); at++) {
            char symbol = pattern.charAt(at);
            if (escape != null && symbol == escape.charAt(0)) {
                at++;
                if (at == pattern.length() || "%_".indexOf(pattern.charAt(at)) < 0 && pattern.charAt(at) != symbol) {
                    return null;
                }
                symbol = pattern.charAt(at);
            } else if (symbol == '%' || symbol == '_') {
                wildcards.set(symbols.length());
            }
            symbols.append(symbol);
        }
        return new LikePattern(pattern, escape, symbols.toString(), wildcards);
    }

    boolean matches(String text) {
        int at = 0;
        int symbol = 0;
        int behindPercent = -1;
        int retry = 0;
        while (at < text.length()) {
            if (isWildcard(symbol, '%')) {
                symbol++;
                behindPercent = symbol;
                retry = at;
            } else if (isWildcard(symbol, '_')) {
                symbol++;
                at += characterLength(text, at);
            } else if (symbol < symbols.length() && symbols.charAt(symbol) == text.charAt(at)) {
                symbol++;
                at++;
            } else if (behindPercent >= 0) {
                retry += characterLength(text, retry);
                at = retry;
                symbol = behindPercent;
            } else {
                return false;
            }
        }
        while (isWildcard(symbol, '%')) {
            symbol++;
        }
        return symbol == symbols.length();
    }

    void print(StringBuilder out) {
        new Operand.Text(pattern).print(out);
        if (escape != null) {
            out.append(" ESCAPE ");
            new Operand.Text(escape).print(out);
        }
    }

    private boolean isWildcard(int symbol, char which) {
        return wildcards.get(symbol) && symbols.charAt(symbol) == which;
    }

    /** Two for a character outside the basic plane. */
    private static int characterLength(String text, int at) {
        return Character.charCount(text.codePointAt(at));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LikePattern that && pattern.equals(that.pattern) && Objects.equals(escape, that.escape);
    }

    @Override
    public int hashCode() {
        return Objects.hash(pattern, escape);
    }
}
