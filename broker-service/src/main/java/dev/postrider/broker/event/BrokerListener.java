package dev.postrider.broker.event;

/**
 * Is told what has happened, on the broker's event loop: must be quick and must not throw. All facts are announced
 * after they are committed, but for {@link #delivered}.
 */
public interface BrokerListener {
    /** Listens to nothing. */
    BrokerListener NONE = new BrokerListener() {};

    /** How a message, or one handing-out of it, ended. */
    enum Ending {
        ACKNOWLEDGED,
        RETRIED,
        DEAD_LETTERED,
        EXPIRED,
        /** It was the oldest of a queue that was full. */
        DROPPED
    }

    /** Messages were stored. */
    default void published(String queue, int messages) {}

    /** Messages were handed to consumers. */
    default void delivered(String queue, int messages) {}

    /** Messages were settled. */
    default void settled(String queue, Ending ending, int messages) {}

    /** A queue that this broker had to do with is gone. */
    default void deleted(String queue) {}

    /**
     * A transaction was committed.
     *
     * @param publishes calls that it answered
     * @param settlements deliveries that it wrote
     * @param millis from the gathering to the answer
     */
    default void committed(int publishes, int settlements, long millis) {}

    /**
     * The database was asked for deliveries and answered.
     *
     * @param deliveries that it gave, 0 up
     * @param nanos from the question to the answer
     */
    default void claimed(int deliveries, long nanos) {}

    /** A transaction failed, or nobody knows. */
    default void commitFailed() {}

    /**
     * How far back the database has to keep what is dead, because somebody may still look at it.
     *
     * @param ageMillis since when
     * @param transactions begun since
     */
    default void horizon(long ageMillis, long transactions) {}
}
