package dev.postrider.broker.store.postgres;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.store.StoreException;
import dev.postrider.broker.store.StoreException.Outcome;
import io.vertx.pgclient.PgException;
import java.util.Optional;
import java.util.Set;

/** Reads what a failure says about the transaction it ended. */
final class Failures {
    private static final Set<String> REPEATABLE = Set.of("40001", "40P01");
    private static final String READ_ONLY = "25006";
    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final String CHECK_VIOLATION = "23514";
    private static final String IN_FAILED_TRANSACTION = "25P02";

    private Failures() {}

    /** True if the server undid the transaction for the sake of another one. */
    static boolean isRepeatable(Throwable failure) {
        return serverError(failure)
                .filter(e -> REPEATABLE.contains(e.getSqlState()))
                .isPresent();
    }

    /** True if no slice is open for the chunks that were to be stored. */
    static boolean isForLackOfSlice(Throwable failure) {
        // Any violated check has this code, but a check of ours comes with its name.
        return serverError(failure)
                .filter(e -> CHECK_VIOLATION.equals(e.getSqlState()) && e.getConstraint() == null)
                .isPresent();
    }

    /** True if somebody else held a lock for too long. */
    static boolean isLockNotAvailable(Throwable failure) {
        return hasState(failure, LOCK_NOT_AVAILABLE);
    }

    /** True if the server only says that an earlier statement failed. */
    static boolean isConsequence(Throwable failure) {
        return hasState(failure, IN_FAILED_TRANSACTION);
    }

    /** True if this server takes no writes: it is a standby, and another one may have become the primary. */
    static boolean isReadOnly(Throwable failure) {
        return hasState(failure, READ_ONLY);
    }

    /** True if the server refused the statement and the session goes on: then it did not happen. */
    static boolean isRefusal(Throwable failure) {
        return failure instanceof PgException e && !"FATAL".equals(e.getSeverity()) && !"PANIC".equals(e.getSeverity());
    }

    private static boolean hasState(Throwable failure, String state) {
        return serverError(failure).filter(e -> state.equals(e.getSqlState())).isPresent();
    }

    /** What the server said, if it said anything. */
    private static Optional<PgException> serverError(Throwable failure) {
        Throwable cause = failure instanceof StoreException ? failure.getCause() : failure;
        return cause instanceof PgException e ? Optional.of(e) : Optional.empty();
    }

    /** The failure as callers may see it. Refusals of our own pass unchanged. */
    static BrokerException asStoreException(Outcome outcome, Throwable failure) {
        if (failure instanceof BrokerException e) {
            return e;
        }
        String detail = outcome == Outcome.UNKNOWN
                ? "The database did not answer, it is not known whether this was stored"
                : "The database cannot do this now";
        return new StoreException(outcome, detail, failure);
    }
}
