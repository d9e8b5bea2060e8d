package dev.postrider.broker.store;

import io.vertx.core.Future;
import java.util.List;
import java.util.Map;

/** Which brokers live, and what becomes of the deliveries of one that does not. */
public interface BrokerRegistry {
    /**
     * Registers a new broker under a fresh id and a slot that nobody has or had lately, and takes the database's
     * clock.
     *
     * @param address where other replicas reach it
     * @param supersede true at process start: a row with the same address is a predecessor that is gone; its
     *     deliveries
     *     are freed at once
     */
    Future<Membership> join(String address, boolean supersede);

    /**
     * Says that the broker lives.
     *
     * @param consumers consumers connected here, by queue id, for statistics
     */
    Future<Heartbeat> beat(long brokerId, Map<Integer, Integer> consumers);

    /** Frees what the broker still owns without counting an attempt, and removes it. */
    Future<Void> leave(long brokerId);

    /**
     * Removes brokers that were silent for longer than {@code silenceMillis} (by the database's clock) and frees
     * their deliveries with one attempt counted; also frees deliveries whose owner is no broker.
     *
     * @return queues that got work by it
     */
    Future<List<Integer>> reap(long silenceMillis);

    /**
     * A place among the brokers.
     *
     * @param id never 0
     * @param slot 0 to 1023, unique among the living
     * @param nowMillis the database's clock
     */
    record Membership(long id, int slot, long nowMillis) {}

    /**
     * The answer to a beat.
     *
     * @param alive false: the broker was declared dead and owns nothing any more
     * @param nowMillis the database's clock
     * @param peers addresses of the other brokers by id
     */
    record Heartbeat(boolean alive, long nowMillis, Map<Long, String> peers) {}
}
