package dev.postrider.broker.filter;

import dev.postrider.protocol.ProtocolException;

/** Takes a filter's text apart. Not thread-safe. */
final class Lexer {
    private static final int SHOWN_MAX = 32;

    private final String text;
    private int at;

    Lexer(String text) {
        this.text = text;
    }

    /** The next token, in the end again and again one that is the end. */
    Token next() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        if (at == text.length()) {
            return new Token(Token.Kind.END, "", at + 1, at + 1);
        }
        char first = text.charAt(at);
        if (first == '\'') {
            return quoted(Token.Kind.TEXT, first, "a text");
        }
        if (first == '"' || first == '`') {
            return quoted(Token.Kind.NAME, first, "a name");
        }
        if (isWordStart(first)) {
            return word();
        }
        int number = Numbers.end(text, at);
        return number > at ? number(number) : sign();
    }

    private Token word() {
        int start = at;
        while (at < text.length() && (isWordStart(text.charAt(at)) || isDigit(text.charAt(at)))) {
            at++;
        }
        return token(Token.Kind.WORD, text.substring(start, at), start);
    }

    private Token number(int end) {
        int start = at;
        boolean glued = end < text.length() && (isWordStart(text.charAt(end)) || isDigit(text.charAt(end)));
        if (glued || end - start > Numbers.LENGTH_MAX) {
            throw wrong(start + 1, "a number of at most " + Numbers.LENGTH_MAX + " characters was expected");
        }
        at = end;
        return token(Token.Kind.NUMBER, text.substring(start, end), start);
    }

    private Token sign() {
        int start = at;
        at++;
        if (at < text.length() && isPair(text.charAt(start), text.charAt(at))) {
            at++;
        }
        return token(Token.Kind.SIGN, text.substring(start, at), start);
    }

    private static boolean isPair(char first, char second) {
        return switch (first) {
            case '<' -> second == '=' || second == '>';
            case '>', '!' -> second == '=';
            default -> false;
        };
    }

    /** What stands between two quotes, a doubled one of which is one of the text. */
    private Token quoted(Token.Kind kind, char quote, String what) {
        int start = at;
        StringBuilder value = new StringBuilder();
        for (at++; at < text.length(); at++) {
            char symbol = text.charAt(at);
            if (symbol == quote) {
                at++;
                if (at == text.length() || text.charAt(at) != quote) {
                    return token(kind, value.toString(), start);
                }
            }
            value.append(symbol);
        }
        throw wrong(start + 1, what + " begins that does not end");
    }

    /** The token that goes from {@code start} to here. */
    private Token token(Token.Kind kind, String value, int start) {
        return new Token(kind, value, start + 1, at + 1);
    }

    /** Says that something else was expected than the token. */
    ProtocolException expected(String what, Token found) {
        return wrong(found.position(), what + " was expected, not " + shown(found));
    }

    /** An {@code invalid-request} with the position, counted from 1. */
    ProtocolException wrong(int position, String what) {
        return ProtocolException.invalid("The filter is wrong at position " + position + ": " + what);
    }

    private String shown(Token token) {
        if (token.kind() == Token.Kind.END) {
            return "the end";
        }
        String spelled = text.substring(token.position() - 1, token.end() - 1);
        // Of a long text only the beginning is shown, and never half of a character.
        int end = Math.min(spelled.length(), SHOWN_MAX);
        if (end < spelled.length() && Character.isHighSurrogate(spelled.charAt(end - 1))) {
            end--;
        }
        return spelled.substring(0, end) + (end < spelled.length() ? "…" : "");
    }

    private static boolean isWordStart(char symbol) {
        return symbol >= 'a' && symbol <= 'z' || symbol >= 'A' && symbol <= 'Z' || symbol == '_';
    }

    private static boolean isDigit(char symbol) {
        return symbol >= '0' && symbol <= '9';
    }
}
