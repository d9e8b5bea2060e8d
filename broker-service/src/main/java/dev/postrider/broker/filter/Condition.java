package dev.postrider.broker.filter;

import java.math.BigDecimal;
import java.util.List;

/** A part of a filter that holds, does not hold, or is unknown. Immutable. */
sealed interface Condition {
    Truth test(FilterSubject subject);

    /** Appends it as a filter has it. */
    void print(StringBuilder out);

    /** True for what must stand in parentheses behind a NOT, and within others of its kind. */
    default boolean isCompound() {
        return false;
    }

    /** All of two or more. */
    record All(List<Condition> parts) implements Condition {
        public All {
            parts = List.copyOf(parts);
        }

        @Override
        public Truth test(FilterSubject subject) {
            Truth worst = Truth.TRUE;
            for (Condition part : parts) {
                Truth truth = part.test(subject);
                if (truth == Truth.FALSE) {
                    return truth;
                }
                worst = truth == Truth.UNKNOWN ? truth : worst;
            }
            return worst;
        }

        @Override
        public void print(StringBuilder out) {
            printJoined(out, parts, " AND ", false);
        }

        @Override
        public boolean isCompound() {
            return true;
        }
    }

    /** One at least of two or more. */
    record Any(List<Condition> parts) implements Condition {
        public Any {
            parts = List.copyOf(parts);
        }

        @Override
        public Truth test(FilterSubject subject) {
            Truth best = Truth.FALSE;
            for (Condition part : parts) {
                Truth truth = part.test(subject);
                if (truth == Truth.TRUE) {
                    return truth;
                }
                best = truth == Truth.UNKNOWN ? truth : best;
            }
            return best;
        }

        @Override
        public void print(StringBuilder out) {
            printJoined(out, parts, " OR ", true);
        }

        @Override
        public boolean isCompound() {
            return true;
        }
    }

    /** The contrary. */
    record Not(Condition part) implements Condition {
        @Override
        public Truth test(FilterSubject subject) {
            return part.test(subject).negate();
        }

        @Override
        public void print(StringBuilder out) {
            out.append("NOT ");
            printPart(out, part, part.isCompound());
        }
    }

    /** TRUE or FALSE alone. */
    record Constant(boolean value) implements Condition {
        @Override
        public Truth test(FilterSubject subject) {
            return Truth.of(value);
        }

        @Override
        public void print(StringBuilder out) {
            out.append(value ? "TRUE" : "FALSE");
        }
    }

    /** Two values compared. A number on one side makes numbers of both, TRUE and FALSE likewise. */
    record Comparison(Operand left, Operator operator, Operand right) implements Condition {
        @Override
        public Truth test(FilterSubject subject) {
            return compare(subject, left, operator, right);
        }

        @Override
        public void print(StringBuilder out) {
            left.print(out);
            out.append(' ').append(operator.symbol()).append(' ');
            right.print(out);
        }
    }

    /** A value within bounds, both included. */
    record Between(Operand operand, Operand low, Operand high, boolean negated) implements Condition {
        @Override
        public Truth test(FilterSubject subject) {
            Truth above = compare(subject, operand, Operator.GREATER_OR_EQUAL, low);
            Truth below = compare(subject, operand, Operator.LESS_OR_EQUAL, high);
            return (above.compareTo(below) < 0 ? above : below).negateIf(negated);
        }

        @Override
        public void print(StringBuilder out) {
            operand.print(out);
            out.append(negated ? " NOT BETWEEN " : " BETWEEN ");
            low.print(out);
            out.append(" AND ");
            high.print(out);
        }
    }

    /** A value that is one of a list. */
    record Among(Operand operand, List<Operand> values, boolean negated) implements Condition {
        public Among {
            values = List.copyOf(values);
        }

        @Override
        public Truth test(FilterSubject subject) {
            Truth best = Truth.FALSE;
            for (Operand value : values) {
                Truth truth = compare(subject, operand, Operator.EQUAL, value);
                if (truth == Truth.TRUE) {
                    return truth.negateIf(negated);
                }
                best = truth == Truth.UNKNOWN ? truth : best;
            }
            return best.negateIf(negated);
        }

        @Override
        public void print(StringBuilder out) {
            operand.print(out);
            out.append(negated ? " NOT IN (" : " IN (");
            for (int index = 0; index < values.size(); index++) {
                out.append(index == 0 ? "" : ", ");
                values.get(index).print(out);
            }
            out.append(')');
        }
    }

    /** A text that has a pattern. */
    record Like(Operand operand, LikePattern pattern, boolean negated) implements Condition {
        @Override
        public Truth test(FilterSubject subject) {
            String text = operand.text(subject);
            return text == null ? Truth.UNKNOWN : Truth.of(pattern.matches(text) != negated);
        }

        @Override
        public void print(StringBuilder out) {
            operand.print(out);
            out.append(negated ? " NOT LIKE " : " LIKE ");
            pattern.print(out);
        }
    }

    /** Whether the message has something at all; never unknown. */
    record Absent(Operand operand, boolean negated) implements Condition {
        @Override
        public Truth test(FilterSubject subject) {
            return Truth.of((operand.text(subject) == null) != negated);
        }

        @Override
        public void print(StringBuilder out) {
            operand.print(out);
            out.append(negated ? " IS NOT NULL" : " IS NULL");
        }
    }

    private static Truth compare(FilterSubject subject, Operand left, Operator operator, Operand right) {
        if (left.kind() == Operand.Kind.BOOLEAN || right.kind() == Operand.Kind.BOOLEAN) {
            Truth first = left.truth(subject);
            Truth second = right.truth(subject);
            boolean known = first != Truth.UNKNOWN && second != Truth.UNKNOWN;
            return known ? operator.holds(first.compareTo(second)) : Truth.UNKNOWN;
        }
        if (left.kind() == Operand.Kind.NUMBER || right.kind() == Operand.Kind.NUMBER) {
            BigDecimal first = left.number(subject);
            BigDecimal second = right.number(subject);
            return first == null || second == null ? Truth.UNKNOWN : operator.holds(first.compareTo(second));
        }
        String first = left.text(subject);
        String second = right.text(subject);
        return first == null || second == null ? Truth.UNKNOWN : operator.holds(first.compareTo(second));
    }

    /** AND binds closer than OR, so that among ORs it needs no parentheses, and every other nesting does. */
    private static void printJoined(StringBuilder out, List<Condition> parts, String joint, boolean ofAny) {
        for (int index = 0; index < parts.size(); index++) {
            Condition part = parts.get(index);
            out.append(index == 0 ? "" : joint);
            printPart(out, part, part.isCompound() && !(ofAny && part instanceof All));
        }
    }

    private static void printPart(StringBuilder out, Condition part, boolean inParentheses) {
        out.append(inParentheses ? "(" : "");
        part.print(out);
        out.append(inParentheses ? ")" : "");
    }
}
