package dev.postrider.broker.delivery;

/**
 * Neighbouring records of a range that were handed to one consumer in one turn.
 *
 * @param consumer who gets them
 * @param range where they lie
 * @param first index of the first one in the chunk
 * @param count how many, 1 up
 * @param number of the first one's handing; each further one has the next
 */
public record HandingRun(ConsumerState consumer, ClaimedRange range, int first, int count, int number) {}
