package dev.postrider.broker.simulation.model;

import java.util.List;

/**
 * One transaction, cut at the places where something can happen in between. The steps of the server change nothing
 * that others see before {@link #end}; what they lock they hold until then, or until {@link #abort}.
 *
 * @param <T> what it answers
 */
public abstract class Exchange<T> {
    /** True if the client goes on only after it has the answer to {@link #begin}; false: everything is sent at once. */
    public boolean asks() {
        return false;
    }

    /** On the server: false if it has to wait for another transaction, and is to be called again when one ended. */
    public boolean begin() {
        return true;
    }

    /** On the client: before anything is sent or, if it {@link #asks}, between the two round trips. */
    public void prepare() {}

    /** True if nothing is to be committed after {@link #prepare}: the client rolls back and has its answer. */
    public boolean isOver() {
        return false;
    }

    /** On the server: what COMMIT does. May refuse by a {@link dev.postrider.broker.store.StoreException}. */
    public abstract T end();

    /** On the server: what ROLLBACK does. Safe to call at any time. */
    public void abort() {}

    /** Ids of chunks of which it gives something back. */
    public List<Long> released() {
        return List.of();
    }

    /** Stands for what it does, the same in every run. */
    public long number() {
        return 0;
    }

    /** Says what it is, in characters that are the same in every run. */
    @Override
    public String toString() {
        return "statement";
    }
}
