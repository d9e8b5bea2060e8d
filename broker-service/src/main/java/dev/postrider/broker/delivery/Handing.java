package dev.postrider.broker.delivery;

/**
 * One record handed to one consumer.
 *
 * @param consumer who gets it
 * @param range where it lies
 * @param index its index in the chunk
 * @param number of the handing, as in its receipt
 */
public record Handing(ConsumerState consumer, ClaimedRange range, int index, int number) {}
