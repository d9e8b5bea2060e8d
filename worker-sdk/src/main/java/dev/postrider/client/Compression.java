package dev.postrider.client;

/** How a client compresses what it publishes. Whoever reads it needs no setting. */
public enum Compression {
    /** Not at all. */
    NONE,
    /**
     * LZ4, wherever that saves an eighth at least. The broker stores and delivers what is compressed as it is, so that
     * network, disk and broker have less to do: for texts of some length, as JSON is. Bodies that are compressed or
     * encrypted already gain nothing by it.
     */
    LZ4
}
