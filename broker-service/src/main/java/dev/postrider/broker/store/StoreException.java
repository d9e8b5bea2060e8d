package dev.postrider.broker.store;

import dev.postrider.broker.BrokerException;
import dev.postrider.protocol.ProblemCode;

/** The database could not do it now. Says whether the transaction is known not to have happened. */
public final class StoreException extends BrokerException {
    private static final long serialVersionUID = 1L;

    /** What is known about the transaction that failed. */
    public enum Outcome {
        /** Nothing of it is stored, and nothing of it ever will be. */
        NOT_STORED,
        /** The connection was lost after COMMIT was sent: it may be stored, or may yet be. */
        UNKNOWN
    }

    private final Outcome outcome;

    public StoreException(Outcome outcome, String detail, Throwable cause) {
        super(ProblemCode.UNAVAILABLE, detail, cause);
        this.outcome = outcome;
    }

    public Outcome outcome() {
        return outcome;
    }
}
