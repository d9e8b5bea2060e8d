package dev.postrider.broker.queue;

/** What becomes of a message that a full queue is sent. */
public enum Overflow {
    REJECT,
    DROP_OLDEST
}
