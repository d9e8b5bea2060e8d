package dev.postrider.broker.queue;

/** What the messages of a queue survive. */
public enum Durability {
    /** A crash of the database, too. */
    DURABLE,
    /** A crash of a broker, but not of the database. */
    RELAXED
}
