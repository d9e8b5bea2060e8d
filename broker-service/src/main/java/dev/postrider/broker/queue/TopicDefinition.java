package dev.postrider.broker.queue;

import dev.postrider.protocol.TextDuration;

/**
 * A topic as it is known to every broker.
 *
 * @param id the number by which storage names it; never used again after the topic is deleted
 * @param name unique
 * @param retention how long its messages are kept for those who come later; null: not beyond delivery
 * @param createdAtMillis database clock
 * @param version grows with every change of the topic, of one of its subscriptions or of its followers
 * @param followed true: some broker's clients follow it, so that it retains for a while whatever its retention
 */
public record TopicDefinition(
        int id, String name, TextDuration retention, long createdAtMillis, long version, boolean followed) {}
