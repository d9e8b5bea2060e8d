package dev.postrider.broker.schedule;

import dev.postrider.protocol.record.MessageRecord;

/**
 * A message that is published at certain times.
 *
 * @param name unique
 * @param timing when it fires
 * @param target where the message goes
 * @param message what is published, each time; without id and deduplication key
 * @param missed what becomes of firings that nobody was there for
 * @param state what has become of it; null for one that is not stored yet
 */
public record Schedule(String name, Timing timing, Target target, MessageRecord message, Missed missed, State state) {
    /**
     * Where the message goes; exactly one of them is not null.
     *
     * @param queue the name of a queue
     * @param topic the name of a topic
     */
    public record Target(String queue, String topic) {
        public Target {
            if ((queue == null) == (topic == null)) {
                throw new IllegalArgumentException("A schedule has a queue or a topic, not " + queue + " and " + topic);
            }
        }
    }

    /**
     * What the database keeps beside the definition.
     *
     * @param createdAtMillis in milliseconds since 1970
     * @param nextAtMillis when it fires next, or should have fired; in milliseconds since 1970
     * @param version grows with every change of the definition
     */
    public record State(long createdAtMillis, long nextAtMillis, long version) {}

    /** The same, with what the database keeps of it. */
    public Schedule with(State stored) {
        return new Schedule(name, timing, target, message, missed, stored);
    }
}
