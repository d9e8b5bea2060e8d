package dev.postrider.client.internal.wire;

import dev.postrider.client.Compression;
import dev.postrider.client.WireProtocol;
import io.vertx.core.Vertx;

/** What is spoken with a broker, and how. */
public record Wire(WireProtocol protocol, Compression compression) {

    /** @throws IllegalArgumentException if the protocol cannot carry what is compressed */
    public Wire {
        if (protocol == WireProtocol.JSON && compression != Compression.NONE) {
            throw new IllegalArgumentException("JSON cannot carry what is compressed: choose WireProtocol.BINARY");
        }
    }

    /** What speaks so. */
    public Transport transport(Vertx vertx, int connectTimeoutMillis) {
        return protocol == WireProtocol.JSON
                ? new JsonTransport(vertx, connectTimeoutMillis)
                : new BinaryTransport(vertx, connectTimeoutMillis, compression == Compression.LZ4);
    }
}
