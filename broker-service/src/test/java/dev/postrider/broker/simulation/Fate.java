package dev.postrider.broker.simulation;

/** What becomes of a transaction between a broker and the server. */
enum Fate {
    /** It arrives and is answered. */
    ANSWERED,
    /** It takes seconds, but is answered before anybody gives up. */
    SLOW,
    /** The connection is cut before it arrives. */
    REQUEST_LOST,
    /** It is carried out; the connection is cut before the answer. */
    REPLY_LOST,
    /** It is carried out long after its sender has given up. */
    LATE
}
