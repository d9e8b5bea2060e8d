package dev.postrider.broker.queue;

/**
 * A queue's subscription to a topic.
 *
 * @param queue the subscribed queue, as it was when the subscription was read
 * @param filter which messages it gets, in the filter language; null: all
 * @param createdAtMillis database clock
 */
public record SubscriptionDefinition(QueueDefinition queue, String filter, long createdAtMillis) {}
