package dev.postrider.broker.filter;

/** What SQL knows of a condition. */
enum Truth {
    FALSE,
    UNKNOWN,
    TRUE;

    static Truth of(boolean value) {
        return value ? TRUE : FALSE;
    }

    Truth negate() {
        return negateIf(true);
    }

    Truth negateIf(boolean negated) {
        if (!negated || this == UNKNOWN) {
            return this;
        }
        return this == TRUE ? FALSE : TRUE;
    }
}
