package dev.postrider.broker.store;

import java.util.List;

/**
 * What must be asked inside the transaction before its chunks can be built. Empty for most commits, which then take a
 * single round trip.
 *
 * @param keys deduplication keys to claim
 * @param limitedQueues queues with a limit: each is locked for the transaction and its depth is told
 * @param topics topics that are published to: the version of each is told
 */
public record Admission(List<Key> keys, List<Integer> limitedQueues, List<Integer> topics) {
    public static final Admission NONE = new Admission(List.of(), List.of());

    /** One that asks for no topic. */
    public Admission(List<Key> keys, List<Integer> limitedQueues) {
        this(keys, limitedQueues, List.of());
    }

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
        return keys.isEmpty() && limitedQueues.isEmpty() && topics.isEmpty();
    }
}
