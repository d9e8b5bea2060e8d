package dev.postrider.broker.store;

import io.vertx.core.Future;
import java.util.Collection;
import java.util.function.Consumer;

/** Tells brokers of each other's doings. Only a hint: a signal may be lost or doubled, and a poll covers it. */
public interface WakeSignals {
    /**
     * Starts listening. {@code onSignal} also gets {@link Signal#EVERYTHING} after a reconnect. Reconnects by itself.
     */
    Future<Void> listen(Consumer<Signal> onSignal);

    /** Tells the others that queues have work, or, by minus their ids, that topics got messages. Never fails. */
    void work(Collection<Integer> queueIds);

    /** Tells the others that a queue's definition changed, it was purged or deleted. Never fails. */
    void changed(int queueId);

    /** Stops listening. */
    Future<Void> close();

    /**
     * What a broker is told.
     *
     * @param kind what happened
     * @param queueIds to which queues; empty for {@link Kind#EVERYTHING}
     */
    record Signal(Kind kind, Collection<Integer> queueIds) {
        public static final Signal EVERYTHING = new Signal(Kind.EVERYTHING, java.util.List.of());

        /** What happened. */
        public enum Kind {
            WORK,
            CHANGED,
            EVERYTHING
        }
    }
}
