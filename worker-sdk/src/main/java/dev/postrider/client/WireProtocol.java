package dev.postrider.client;

/** What is spoken on the socket over which a client publishes and subscribes. */
public enum WireProtocol {
    /** {@code postrider.v1.binary}: record batches that are stored and delivered as they are. */
    BINARY,
    /** {@code postrider.v1.json}: for a proxy that looks into frames, or a broker that does not speak binary yet. */
    JSON
}
