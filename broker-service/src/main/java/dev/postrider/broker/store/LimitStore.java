package dev.postrider.broker.store;

import io.vertx.core.Future;

/**
 * What brokers share so that a queue's limits hold on all of them together. Futures complete as those of
 * {@link MessageStore} do. Every failure is a {@link StoreException}.
 */
public interface LimitStore {
    /** A grant covers so much time at most, and one place at least: others want some of it, too. */
    long GRANT_NANOS = 100_000_000;

    /** No place is granted that lies further ahead: whoever gets it may not need it by then. */
    long AHEAD_NANOS = 300_000_000;

    /**
     * Asks for places in time to hand out a message each. No two brokers get the same place, and places are an interval
     * apart, so that together they keep the pace.
     *
     * @param intervalNanos between two places, 1 up
     * @param wanted places, 1 up
     */
    Future<Places> reserve(int queueId, long intervalNanos, int wanted);

    /**
     * Gives back the last places of a grant, unless others have been granted since.
     *
     * @param endNanos {@link Places#endNanos} of the grant
     * @param unusedNanos how much of its end is not used
     */
    Future<Void> giveBack(int queueId, long endNanos, long unusedNanos);

    /**
     * Says how many messages of a queue a broker has handed out and wants to, and answers how many it may have. The sum
     * over all brokers that live never exceeds {@code maxInFlight} of the queue's settings, but where brokers hold more
     * since it was lowered. Without one there is no bound.
     */
    Future<Slots> lease(SlotRequest request);

    /**
     * Places in time.
     *
     * @param firstInNanos from the answer to the first place, or, where there is none, to the first that is not taken;
     *     negative: it is over
     * @param count places, 0 up
     * @param endNanos one interval behind the last place, in the database's clock; names the grant
     */
    record Places(long firstInNanos, int count, long endNanos) {}

    /**
     * What a broker has of a queue's bound, and what it needs of it.
     *
     * @param turn higher than that of any request before; one that comes late changes nothing
     * @param kept slots that it keeps in any case, of those that it has
     * @param wanted slots that it could use, {@code kept} up
     */
    record SlotRequest(int queueId, long brokerId, long turn, int kept, int wanted) {}

    /**
     * What a broker may have handed out.
     *
     * @param slots the bound from now on
     * @param share lower than {@code slots} where others want some and have less: the broker should come down to it
     */
    record Slots(int slots, int share) {}
}
