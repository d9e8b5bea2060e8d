package dev.postrider.broker.schedule;

/** What becomes of firings that nobody was there for. */
public enum Missed {
    /** However many there were, one message is published as soon as a broker is back. */
    ONCE,
    /** They are left out. */
    SKIP
}
