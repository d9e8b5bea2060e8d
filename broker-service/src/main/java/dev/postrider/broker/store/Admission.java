package dev.postrider.broker.store;

import java.util.List;

/**
 * What must be asked inside the transaction before its chunks can be built. Empty for most commits, which then take a
 * single round trip.
 *
 * @param keys deduplication keys to claim
 * @param limitedQueues queues with a limit: each is locked for the transaction and its depth is told
 * @param topics topics that are published to: the version of each is told
 * @param fair priorities of fair queues that get messages: it is told who is next there
 */
public record Admission(List<Key> keys, List<Integer> limitedQueues, List<Integer> topics, List<Fair> fair) {
    public static final Admission NONE = new Admission(List.of(), List.of());

    /** One that asks for no topic. */
    public Admission(List<Key> keys, List<Integer> limitedQueues) {
        this(keys, limitedQueues, List.of());
    }

    /** One that asks for no fair queue. */
    public Admission(List<Key> keys, List<Integer> limitedQueues, List<Integer> topics) {
        this(keys, limitedQueues, topics, List.of());
    }

    /** A priority of a fair queue. */
    public record Fair(int queueId, int priority) {}

    /**
     * A deduplication key to claim.
     *
     * @param queueId the target: a queue, or minus a topic's id
     * @param key the key as given; storage keeps a hash of it
     * @param messageId the id that later duplicates are answered with
     * @param expiresAtMillis when the key is forgotten
     */
    public record Key(int queueId, String key, String messageId, long expiresAtMillis) {}

    public boolean isEmpty() {
        return keys.isEmpty() && limitedQueues.isEmpty() && topics.isEmpty() && fair.isEmpty();
    }
}
