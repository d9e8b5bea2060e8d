package dev.postrider.broker.filter;

import dev.postrider.protocol.ProtocolException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** Reads a filter by recursive descent: OR of ANDs of conditions. Used once, by one thread. */
final class Parser {
    private final Lexer lexer;
    private final String text;
    private Token token;
    private int depth;
    private int terms;

    Parser(String text) {
        this.text = text;
        this.lexer = new Lexer(text);
    }

    Condition parse() {
        if (text.length() > Filter.LENGTH_MAX) {
            throw ProtocolException.invalid("A filter may have " + Filter.LENGTH_MAX + " characters");
        }
        token = lexer.next();
        Condition condition = any();
        if (token.kind() != Token.Kind.END) {
            throw lexer.expected("AND, OR or the end", token);
        }
        return condition;
    }

    private Condition any() {
        List<Condition> parts = new ArrayList<>();
        parts.add(all());
        while (takeWord("OR")) {
            parts.add(all());
        }
        return parts.size() == 1 ? parts.get(0) : new Condition.Any(parts);
    }

    private Condition all() {
        List<Condition> parts = new ArrayList<>();
        parts.add(not());
        while (takeWord("AND")) {
            parts.add(not());
        }
        return parts.size() == 1 ? parts.get(0) : new Condition.All(parts);
    }

    private Condition not() {
        if (!token.isWord("NOT")) {
            return condition();
        }
        enter();
        Condition negated = new Condition.Not(not());
        depth--;
        return negated;
    }

    private Condition condition() {
        if (token.isSign("(")) {
            enter();
            Condition inner = any();
            take(")", "')'");
            depth--;
            return inner;
        }
        count(token);
        Token start = token;
        Operand operand = operand("a condition");
        if (operand instanceof Operand.Flag flag && !isComparison(token)) {
            return new Condition.Constant(flag.value());
        }
        return predicate(start, operand);
    }

    private Condition predicate(Token start, Operand operand) {
        if (takeWord("IS")) {
            requireProperty(start, operand);
            boolean negated = takeWord("NOT");
            takeKeyword("NULL");
            return new Condition.Absent(operand, negated);
        }
        boolean negated = takeWord("NOT");
        if (takeWord("IN")) {
            return among(start, operand, negated);
        }
        if (takeWord("BETWEEN")) {
            Operand low = other(start, operand, Operator.GREATER_OR_EQUAL);
            takeKeyword("AND");
            return new Condition.Between(operand, low, other(start, operand, Operator.LESS_OR_EQUAL), negated);
        }
        if (takeWord("LIKE")) {
            return like(start, operand, negated);
        }
        if (negated || !isComparison(token)) {
            throw lexer.expected(negated ? "IN, LIKE or BETWEEN" : "a comparison", token);
        }
        Operator operator = operator(token);
        token = lexer.next();
        return new Condition.Comparison(operand, operator, other(start, operand, operator));
    }

    private Condition among(Token first, Operand operand, boolean negated) {
        take("(", "'('");
        List<Operand> values = new ArrayList<>();
        do {
            count(token);
            if (token.kind() == Token.Kind.NAME || isField(token)) {
                throw lexer.expected("a text, a number, TRUE or FALSE", token);
            }
            values.add(other(first, operand, Operator.EQUAL));
        } while (takeSign(","));
        take(")", "',' or ')'");
        return new Condition.Among(operand, values, negated);
    }

    private Condition like(Token start, Operand operand, boolean negated) {
        if (operand.kind() != Operand.Kind.TEXT) {
            throw lexer.wrong(start.position(), "LIKE compares texts only");
        }
        Token pattern = takeText();
        Token escape = takeWord("ESCAPE") ? takeText() : null;
        if (escape != null && escape.text().length() != 1) {
            throw lexer.wrong(escape.position(), "one character was expected");
        }
        LikePattern like = LikePattern.of(pattern.text(), escape == null ? null : escape.text());
        if (like == null) {
            throw lexer.wrong(pattern.position(), "an escape character may stand before %, _ and itself only");
        }
        return new Condition.Like(operand, like, negated);
    }

    /** The other side of a comparison, one that can be compared with {@code first}, which begins with that token. */
    private Operand other(Token firstStart, Operand first, Operator operator) {
        Token start = token;
        Operand second = operand("a value");
        boolean truth = first.kind() == Operand.Kind.BOOLEAN || second.kind() == Operand.Kind.BOOLEAN;
        boolean number = first.kind() == Operand.Kind.NUMBER || second.kind() == Operand.Kind.NUMBER;
        if (truth && (number || !operator.isEquality())) {
            throw lexer.wrong(start.position(), "TRUE and FALSE can be compared by = and <> with headers only");
        }
        if (number && (isNoNumber(first) || isNoNumber(second))) {
            throw lexer.expected("a number to be compared with a number", isNoNumber(first) ? firstStart : start);
        }
        return second;
    }

    private static boolean isNoNumber(Operand operand) {
        return operand instanceof Operand.Text text && Numbers.parse(text.value()) == null;
    }

    private Operand operand(String expected) {
        Token found = token;
        switch (found.kind()) {
            case TEXT -> {
                token = lexer.next();
                return new Operand.Text(found.text());
            }
            case NUMBER -> {
                token = lexer.next();
                return new Operand.Numeral(new BigDecimal(found.text()));
            }
            case WORD -> {
                return word(found, expected);
            }
            case NAME ->
                throw lexer.expected(
                        expected + " such as headers.name, headers.\"a-name\" or a text in single quotes", found);
            default -> throw lexer.expected(expected, found);
        }
    }

    private Operand word(Token found, String expected) {
        if (found.isWord("TRUE") || found.isWord("FALSE")) {
            token = lexer.next();
            return new Operand.Flag(found.isWord("TRUE"));
        }
        if (found.isWord("headers")) {
            token = lexer.next();
            take(".", "'.' and a header's name");
            return header();
        }
        for (Operand.Property property : Operand.Property.values()) {
            if (found.isWord(property.word())) {
                token = lexer.next();
                return property;
            }
        }
        throw lexer.expected(expected + " with headers.name, key, type, source, contentType or priority", found);
    }

    private Operand header() {
        Token name = token;
        boolean named = name.kind() == Token.Kind.WORD || name.kind() == Token.Kind.NAME;
        if (!named || name.text().isEmpty()) {
            throw lexer.expected("a header's name", name);
        }
        token = lexer.next();
        return new Operand.Header(name.text());
    }

    private void requireProperty(Token start, Operand operand) {
        if (!(operand instanceof Operand.Header) && !(operand instanceof Operand.Property)) {
            throw lexer.wrong(start.position(), "a header or a property was expected before IS");
        }
    }

    private static boolean isField(Token found) {
        return found.kind() == Token.Kind.WORD && !found.isWord("TRUE") && !found.isWord("FALSE");
    }

    private static boolean isComparison(Token found) {
        return operator(found) != null;
    }

    private static Operator operator(Token found) {
        if (found.isSign("!=")) {
            return Operator.UNEQUAL;
        }
        for (Operator operator : Operator.values()) {
            if (found.isSign(operator.symbol())) {
                return operator;
            }
        }
        return null;
    }

    private void enter() {
        depth++;
        if (depth > Filter.DEPTH_MAX) {
            throw lexer.wrong(
                    token.position(),
                    "no more than " + Filter.DEPTH_MAX + " parentheses and NOTs may stand within one another");
        }
        token = lexer.next();
    }

    private void count(Token at) {
        terms++;
        if (terms > Filter.TERMS_MAX) {
            throw lexer.wrong(
                    at.position(), "no more than " + Filter.TERMS_MAX + " conditions and listed values are taken");
        }
    }

    private boolean takeWord(String word) {
        if (!token.isWord(word)) {
            return false;
        }
        token = lexer.next();
        return true;
    }

    private boolean takeSign(String sign) {
        if (!token.isSign(sign)) {
            return false;
        }
        token = lexer.next();
        return true;
    }

    private void takeKeyword(String word) {
        if (!takeWord(word)) {
            throw lexer.expected(word, token);
        }
    }

    private void take(String sign, String expected) {
        if (!takeSign(sign)) {
            throw lexer.expected(expected, token);
        }
    }

    private Token takeText() {
        Token found = token;
        if (found.kind() != Token.Kind.TEXT) {
            throw lexer.expected("a text in single quotes", found);
        }
        token = lexer.next();
        return found;
    }
}
