package dev.postrider.broker.simulation;

/** A promise that was not kept. */
final class Violation extends AssertionError {
    private static final long serialVersionUID = 1L;

    private final String invariant;

    Violation(Invariant invariant, String detail) {
        this(invariant.name(), detail, null);
    }

    Violation(String invariant, String detail, Throwable cause) {
        super(invariant + ": " + detail, cause);
        this.invariant = invariant;
    }

    /** The name of the invariant. */
    String invariant() {
        return invariant;
    }
}
