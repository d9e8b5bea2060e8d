package dev.postrider.broker.queue;

/**
 * A queue as it is known to every broker.
 *
 * @param id the number by which storage and receipts name it; never used again after the queue is deleted
 * @param name unique
 * @param settings never null
 * @param paused true: nothing is delivered, publishing goes on
 * @param createdAtMillis database clock
 * @param version grows with every change
 */
public record QueueDefinition(
        int id, String name, QueueSettings settings, boolean paused, long createdAtMillis, long version) {}
