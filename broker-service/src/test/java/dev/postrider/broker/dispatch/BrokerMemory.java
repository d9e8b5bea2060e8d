package dev.postrider.broker.dispatch;

/**
 * What a broker keeps in memory, for tests.
 *
 * @param heldBytes of claimed chunks
 * @param cachedBytes of chunks that may be claimed
 * @param ranges claimed and not settled
 * @param reserved records promised to consumers before they are stored
 * @param idle no commit is under way or waits
 */
public record BrokerMemory(long heldBytes, long cachedBytes, int ranges, long reserved, boolean idle) {
    /** Call between two turns of the broker's loop. */
    public static BrokerMemory of(Broker broker) {
        int ranges = 0;
        long reserved = 0;
        for (QueueDispatcher queue : broker.directory().all()) {
            ranges += queue.core().ranges().size();
            reserved += queue.reservations().records();
        }
        return new BrokerMemory(
                broker.held().bytes(),
                broker.cache().bytes(),
                ranges,
                reserved,
                broker.commits().isIdle());
    }

    /** How many messages of a queue the broker has handed out and not settled. */
    public static int held(Broker broker, int queueId) {
        return broker.directory()
                .byId(queueId)
                .map(queue -> queue.core().heldCount())
                .orElse(0);
    }
}
