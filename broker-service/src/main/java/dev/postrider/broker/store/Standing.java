package dev.postrider.broker.store;

/**
 * Where a delivery of an ordered or a fair queue stands.
 *
 * @param part the partition, 0 up; or what {@link FairPlace#part} says
 * @param place order within the partition; negative: each of the records failed, and goes before all others of its
 *     key
 * @param readyAtMillis nothing of it is handed out before, by the database's clock; 0: at once
 */
public record Standing(int part, long place, long readyAtMillis) {}
