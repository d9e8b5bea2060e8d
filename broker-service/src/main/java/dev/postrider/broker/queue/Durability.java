package dev.postrider.broker.queue;

/** What the messages of a queue survive. */
public enum Durability {
    /** A crash of the database, too. */
    DURABLE,
    /** A crash of a broker; of the database all but what was committed in the second before it. */
    RELAXED
}
