package dev.postrider.broker.store;

/**
 * Where a delivery of a partitioned or a fair queue stands.
 *
 * @param part the partition, 0 up; or what {@link FairPlace#part} says
 * @param place order within the partition. Of an ordered queue: negative if each of the records failed, and goes
 *     before all others of its key; of another partitioned one: high priorities have negative places
 * @param readyAtMillis nothing of it is handed out before, by the database's clock; 0: at once
 */
public record Standing(int part, long place, long readyAtMillis) {}
