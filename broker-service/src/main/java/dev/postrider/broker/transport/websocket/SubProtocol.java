package dev.postrider.broker.transport.websocket;

import dev.postrider.protocol.ProtocolException;
import java.util.ArrayList;
import java.util.List;

/** The protocols that a socket may speak. */
enum SubProtocol {
    JSON("postrider.v1.json"),
    BINARY("postrider.v1.binary");

    private final String text;

    SubProtocol(String text) {
        this.text = text;
    }

    /** As it stands in {@code Sec-WebSocket-Protocol}. */
    String text() {
        return text;
    }

    /**
     * Chooses the first of what a client offers that is spoken here; JSON if it offers nothing.
     *
     * @param headers all {@code Sec-WebSocket-Protocol} headers of the request
     * @throws ProtocolException if it offers nothing that is spoken here
     */
    static SubProtocol choose(List<String> headers) {
        List<String> offered = new ArrayList<>();
        for (String header : headers) {
            for (String protocol : header.split(",")) {
                if (!protocol.isBlank()) {
                    offered.add(protocol.trim());
                }
            }
        }
        for (String protocol : offered) {
            for (SubProtocol spoken : values()) {
                if (spoken.text.equals(protocol)) {
                    return spoken;
                }
            }
        }
        if (offered.isEmpty()) {
            return JSON;
        }
        throw ProtocolException.invalid(
                "None of the sub-protocols offered is spoken here; " + JSON.text + " and " + BINARY.text + " are");
    }
}
