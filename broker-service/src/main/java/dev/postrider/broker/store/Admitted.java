package dev.postrider.broker.store;

import java.util.Map;

/**
 * The answer to an {@link Admission}.
 *
 * @param duplicates for each key that was there before: its position in {@link Admission#keys()} and the first
 *     message's
 *     id. A key that occurs twice among the keys counts as its own first
 * @param depths for each limited queue: what it holds
 * @param topicVersions for each topic that is there: its version, as of the last change that was answered before
 * @param fronts for each priority of a fair queue: who is next there
 */
public record Admitted(
        Map<Integer, String> duplicates,
        Map<Integer, Depth> depths,
        Map<Integer, Long> topicVersions,
        Map<Admission.Fair, Front> fronts) {
    public static final Admitted ALL = new Admitted(Map.of(), Map.of());

    /** One that tells of no topic. */
    public Admitted(Map<Integer, String> duplicates, Map<Integer, Depth> depths) {
        this(duplicates, depths, Map.of());
    }

    /** One that tells of no fair queue. */
    public Admitted(Map<Integer, String> duplicates, Map<Integer, Depth> depths, Map<Integer, Long> topicVersions) {
        this(duplicates, depths, topicVersions, Map.of());
    }

    /**
     * Who is next.
     *
     * @param place the lowest of a delivery that is ready and unowned; null: none is
     * @param nowMillis the database's clock
     */
    public record Front(Long place, long nowMillis) {}

    /**
     * What a queue holds.
     *
     * @param messages unsettled, in every state
     * @param bytes what these take, about
     * @param readyMessages those of them that are ready and unowned
     * @param readyBytes what these take, about
     */
    public record Depth(long messages, long bytes, long readyMessages, long readyBytes) {
        public static final Depth NONE = new Depth(0, 0, 0, 0);
    }
}
