package dev.postrider.broker.store;

/**
 * What a queue that drops its oldest messages has too much of.
 *
 * @param queueId the queue
 * @param messages to drop, 0 up
 * @param bytes that these must take at least, 0 up; of messages that are alike within a delivery, it is the average
 */
public record Excess(int queueId, long messages, long bytes) {}
