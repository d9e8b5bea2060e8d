package dev.postrider.broker.queue;

/** What a queue promises about the order of its messages. */
public enum Ordering {
    /** Nothing. */
    NONE,
    /** Messages of one key in order, one in flight for each key. */
    KEY,
    /** All in order, one consumer at a time. */
    STRICT
}
