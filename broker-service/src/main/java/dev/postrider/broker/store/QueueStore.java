package dev.postrider.broker.store;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.queue.QueueDefinition;
import dev.postrider.broker.queue.QueueSettings;
import dev.postrider.protocol.ProblemCode;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Definitions and figures of queues. */
public interface QueueStore {
    Future<Optional<QueueDefinition>> find(String name);

    Future<Optional<QueueDefinition>> find(int id);

    /** Creates the queue with the given settings unless it is there; answers what is there then. */
    Future<QueueDefinition> createIfAbsent(String name, QueueSettings settings);

    /**
     * Creates the queue or replaces its settings. The second answer is true if it was created. Fails with
     * {@code queue-not-empty} if messages are there and the ordering, the fairness, the durability, or whether there
     * is a bound of what is in flight of a key would change.
     */
    Future<Map.Entry<QueueDefinition, Boolean>> put(String name, QueueSettings settings);

    Future<Optional<QueueDefinition>> setPaused(String name, boolean paused);

    /** By name, those after {@code after} (null: from the start) that begin with {@code prefix} (never null). */
    Future<List<QueueDefinition>> list(String prefix, String after, int limit);

    /**
     * Deletes the queue with its messages, dead letters and deduplication keys.
     *
     * @param ifEmpty true: only if it holds no unsettled message and no dead letter
     * @return false if it was not empty and therefore left alone
     */
    Future<Boolean> delete(int id, boolean ifEmpty);

    /** Why settings that change only while the queue is empty do not change now. */
    static BrokerException holdsMessages(String name) {
        return new BrokerException(
                ProblemCode.QUEUE_NOT_EMPTY,
                "The ordering, the fairness and the durability of '" + name
                        + "', and whether it has a 'maxInFlightPerKey', can change only while it is empty");
    }

    /** Figures of queues, as stored; a queue without messages may be missing. */
    Future<Map<Integer, QueueFigures>> figures(Collection<Integer> queueIds);

    /**
     * Sums over a queue's deliveries.
     *
     * @param ready messages that are ready and unowned
     * @param owned messages that some broker holds, handed to a consumer or about to be
     * @param scheduled messages that are not due yet
     * @param deadLettered rows among the dead letters
     * @param bytes of all unsettled messages, about
     * @param oldestReadyMillis since when the oldest ready message is ready, 0 if none is
     * @param consumers on all brokers, as of their last heartbeat, by broker id
     */
    record QueueFigures(
            long ready,
            long owned,
            long scheduled,
            long deadLettered,
            long bytes,
            long oldestReadyMillis,
            Map<Long, Integer> consumers) {}
}
