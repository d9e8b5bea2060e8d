package dev.postrider.broker.queue;

import dev.postrider.protocol.TextDuration;

/**
 * Which messages of a queue go before others.
 *
 * @param ordering what is promised about their order
 * @param fairness what tells whose message one is: {@code key}, or {@code headers.NAME}; those of one take turns with
 *     those of others; null: nothing does
 * @param priorityAgeing a message that has been ready for so long counts as one priority higher, after twice the time
 *     as two, and so on; null: priorities are strict
 */
public record Precedence(Ordering ordering, String fairness, TextDuration priorityAgeing) {
    public static final Precedence NONE = new Precedence(Ordering.NONE, null, null);
}
