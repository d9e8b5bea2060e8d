package dev.postrider.broker.dispatch;

import java.util.HashSet;
import java.util.Set;

/**
 * What is on its way to the database, and whether an answer was lost: then the database may hold deliveries for this
 * broker that it does not know of. Runs on the broker's event loop.
 */
final class Activity {
    private int underWay;
    private long begun;
    private long lostAnswers;
    private final Set<DeliveryKey> doubted = new HashSet<>();
    private final Set<DeliveryKey> released = new HashSet<>();
    private final Awaited quiet = new Awaited(this::isQuiet);

    /** Names a delivery row. */
    record DeliveryKey(int queueId, long chunkId, int first) {}

    void begin() {
        underWay++;
        begun++;
    }

    void end(boolean answered) {
        underWay--;
        if (!answered) {
            lostAnswers++;
        }
        quiet.look();
    }

    /** What was answered may not last: the database may hold deliveries for this broker that it thinks are ended. */
    void doubtAnswers() {
        lostAnswers++;
    }

    /** Runs the task once nothing is on its way. */
    void whenQuiet(Runnable task) {
        quiet.then(task);
    }

    /**
     * A commit that would have given this broker the delivery failed, or nobody knows: it may be there all the same.
     */
    void doubt(DeliveryKey key) {
        doubted.add(key);
    }

    /**
     * True if the delivery comes from a commit whose answer was no success, so that nobody is about to take it in.
     */
    boolean isDoubted(DeliveryKey key) {
        return doubted.contains(key);
    }

    /** Giving the delivery back failed, or nobody knows: it may go at any moment. */
    void doubtRelease(DeliveryKey key) {
        released.add(key);
    }

    /** True if the delivery may have been given back: one look at the database is not enough to tell. */
    boolean isReleaseDoubted(DeliveryKey key) {
        return released.contains(key);
    }

    /** The delivery has been taken in. */
    void trust(DeliveryKey key) {
        doubted.remove(key);
        released.remove(key);
    }

    /** Nothing is doubted any more. */
    void trust() {
        doubted.clear();
        released.clear();
    }

    /** True if nothing is on its way, so that the database's account and ours must agree. */
    boolean isQuiet() {
        return underWay == 0;
    }

    /** Grows with everything that begins. */
    long begun() {
        return begun;
    }

    /** Grows with every answer that did not come. */
    long lostAnswers() {
        return lostAnswers;
    }
}
