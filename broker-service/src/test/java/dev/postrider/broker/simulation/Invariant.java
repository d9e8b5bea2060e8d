package dev.postrider.broker.simulation;

/**
 * One promise, checked at every fact that concerns it. A class for each, so that a failure names what was broken. The
 * order of messages with one key, where a queue asks for it, will be one more of them: {@link #handedOut} comes in
 * the order of handing out.
 */
abstract class Invariant {
    final String name() {
        return getClass().getSimpleName();
    }

    /** A publish was answered: all of its messages are stored, under these ids. */
    void acknowledged(Published message, String id) {}

    /** A consumer was given so many more messages to take. */
    void granted(Session session, int credit) {}

    /** A broker gave a message to a consumer's connection. */
    void handedOut(HandOut handOut) {}

    /** A client was told that the handing-out ended so. */
    void settled(HandOut handOut, HandOut.End end) {}

    /** A client was told that the receipt is of no use, so that its request ended nothing. */
    void turnedDown(HandOut handOut) {}

    /** Now and then. */
    void look(World world) {}

    /** Faults are over, every message had its time, the brokers are idle. */
    void atEnd(World world) {}

    final Violation broken(String detail) {
        return new Violation(this, detail);
    }
}
