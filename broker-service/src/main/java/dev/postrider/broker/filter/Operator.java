package dev.postrider.broker.filter;

/** What compares two values. */
enum Operator {
    EQUAL("="),
    UNEQUAL("<>"),
    LESS("<"),
    LESS_OR_EQUAL("<="),
    GREATER(">"),
    GREATER_OR_EQUAL(">=");

    private final String symbol;

    Operator(String symbol) {
        this.symbol = symbol;
    }

    String symbol() {
        return symbol;
    }

    /** True for those that ask nothing of an order. */
    boolean isEquality() {
        return this == EQUAL || this == UNEQUAL;
    }

    /** Whether it holds for two values of which {@code order} says, as a comparator would, how they stand. */
    Truth holds(int order) {
        return Truth.of(
                switch (this) {
                    case EQUAL -> order == 0;
                    case UNEQUAL -> order != 0;
                    case LESS -> order < 0;
                    case LESS_OR_EQUAL -> order <= 0;
                    case GREATER -> order > 0;
                    case GREATER_OR_EQUAL -> order >= 0;
                });
    }
}
