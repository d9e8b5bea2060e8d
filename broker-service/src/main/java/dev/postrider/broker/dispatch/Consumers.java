package dev.postrider.broker.dispatch;

import io.vertx.core.Future;
import java.util.List;

/** Lets consumers join a queue. Safe to call from any thread. */
public interface Consumers {
    /**
     * Adds a consumer. The sink is called on the context from which this was called, one call at a time.
     *
     * @param queue the queue's name; created if absent where the broker is set so
     */
    Future<Consumer> join(String queue, Options options, Sink sink);

    /**
     * How a consumer wants its messages.
     *
     * @param leaseMillis how long it may hold one unsettled; 0: the queue's setting
     * @param credit how many it takes at first, 0 up
     * @param creditReturns true: settling a message gives its credit back (SSE); false: only {@link Consumer#credit}
     *     does (WebSocket, receive)
     */
    record Options(long leaseMillis, int credit, boolean creditReturns) {}

    /** Where a consumer's messages go. Called on the context of the caller of {@link Consumers#join}. */
    interface Sink {
        /** Never more than there is credit for. */
        void deliver(List<Delivered> messages);

        /** As {@link #deliver}, for a sink that passes records on as they are stored; called in its place. */
        default void deliverRuns(List<HandedRun> runs) {
            deliver(HandedRun.messages(runs));
        }

        /** Nothing more is ready just now: called once, when the first look after joining found no more. */
        default void idle() {}

        /**
         * The broker ended it: the queue was deleted, the broker drains or was fenced. Nothing is delivered after it.
         */
        void closed(dev.postrider.broker.BrokerException reason);
    }

    /**
     * A consumer that has joined. Its methods may be called from any thread and take effect in the order of calls.
     */
    interface Consumer {
        /** Takes {@code more} further messages, 1 up; the sum is capped at a billion. */
        void credit(int more);

        /**
         * Takes nothing more from now on, and completes when all that was on its way to the sink has been delivered:
         * then it is known what {@link #leave} gives back and what {@link #detach} keeps.
         */
        Future<Void> stop();

        /** Leaves; what it holds unsettled is given back at once, without an attempt counted. */
        void leave();

        /** Leaves, but what it holds stays leased until it is settled or the lease runs out (a finished receive). */
        void detach();

        /** False: gets nothing until it is true again (the socket's buffer is full). */
        void writable(boolean writable);
    }
}
