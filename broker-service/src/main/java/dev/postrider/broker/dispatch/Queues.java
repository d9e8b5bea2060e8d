package dev.postrider.broker.dispatch;

import dev.postrider.broker.queue.QueueDefinition;
import dev.postrider.broker.queue.QueueSettings;
import dev.postrider.broker.store.DeadLetterStore.DeadLetter;
import io.vertx.core.Future;
import java.util.List;

/** Manages queues. Safe to call from any thread. Unknown queues fail with {@code queue-not-found}. */
public interface Queues {
    /** Creates or replaces. */
    Future<Put> put(String name, QueueSettings settings);

    Future<QueueState> get(String name);

    Future<List<QueueState>> list(String prefix, String after, int limit);

    /** Fails with {@code queue-not-empty} if {@code ifEmpty} and it is not. */
    Future<Void> delete(String name, boolean ifEmpty);

    /** Drops ready and scheduled messages; answers how many. */
    Future<Long> purge(String name);

    Future<QueueState> pause(String name, boolean paused);

    /**
     * Looks at messages and leaves them as they are.
     *
     * @param after the cursor of an earlier answer; null: from the start
     * @param limit 1 to 1,000
     */
    Future<Peeked> peek(String name, dev.postrider.broker.store.PeekedDelivery.State state, String after, int limit);

    Future<DeadLetters> deadLetters(String name, String reason, String after, int limit);

    /**
     * Sends dead letters back to work, attempts from 1, and answers how many.
     *
     * @param ids message ids; null: all
     * @param to another queue; null: the one where they failed
     */
    Future<Long> redrive(String name, List<String> ids, String to);

    /** Drops dead letters. {@code id} null: all. A single unknown one fails with {@code dead-letter-not-found}. */
    Future<Long> dropDeadLetters(String name, String id);

    /** The answer to {@link #put}. */
    record Put(QueueState queue, boolean created) {}

    /** A queue and its figures. */
    record QueueState(QueueDefinition definition, Stats stats) {}

    /** Figures over all replicas. {@code oldestReadyAgeMillis} is -1 if nothing is ready. */
    record Stats(
            long ready,
            long inFlight,
            long scheduled,
            long deadLettered,
            long bytes,
            long oldestReadyAgeMillis,
            int consumers) {}

    /** Messages without receipts (their {@code receipt} is null); {@code next} null: that was all. */
    record Peeked(List<Delivered> messages, String next) {}

    /** {@code next} null: that was all. */
    record DeadLetters(List<DeadLetter> deadLetters, String next) {}
}
