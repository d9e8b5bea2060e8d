package dev.postrider.broker.filter;

/**
 * A condition on a message's headers and properties, in the manner of SQL: {@code headers.region = 'eu' AND type LIKE
 * 'order.%'}. What a message does not have is NULL, a comparison with NULL is unknown, and what is unknown does not
 * match, nor does its negation. Immutable and safe for any thread; two filters are equal if they say the same in the
 * same order, however they were written. The language is described in {@code docs/guides/filters.md}.
 *
 * <p>Takes no more time for a message than the length of the filter times that of the message's properties.
 */
public final class Filter {
    /** A filter's text may have so many characters. */
    public static final int LENGTH_MAX = 4096;

    /** Parentheses and NOTs may stand within one another so often. */
    public static final int DEPTH_MAX = 32;

    /** A filter may have so many conditions, each value in a list counted as one. */
    public static final int TERMS_MAX = 256;

    private final String text;
    private final Condition condition;

    private Filter(String text, Condition condition) {
        this.text = text;
        this.condition = condition;
    }

    /**
     * Reads a filter.
     *
     * @param text not null
     * @throws dev.postrider.protocol.ProtocolException {@code invalid-request} if it is not one, or beyond the bounds;
     *     the detail has the position, counted from 1, and what was expected there
     */
    public static Filter parse(String text) {
        return new Filter(text, new Parser(text).parse());
    }

    /** True if the filter is certain to hold for the message. */
    public boolean matches(FilterSubject subject) {
        return condition.test(subject) == Truth.TRUE;
    }

    /** The filter as it was given. */
    public String text() {
        return text;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Filter that && condition.equals(that.condition);
    }

    @Override
    public int hashCode() {
        return condition.hashCode();
    }

    /** The filter in one spelling, from which an equal one can be parsed. */
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        condition.print(out);
        return out.toString();
    }
}
