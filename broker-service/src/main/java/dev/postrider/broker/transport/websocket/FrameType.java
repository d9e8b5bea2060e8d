package dev.postrider.broker.transport.websocket;

import java.util.Optional;
import java.util.Set;

/** What a client may send, and with which fields beside {@code type}. */
enum FrameType {
    SUBSCRIBE("subscribe", Set.of("id", "queue"), Set.of("credit", "lease")),
    CREDIT("credit", Set.of("id", "add"), Set.of()),
    UNSUBSCRIBE("unsubscribe", Set.of("id"), Set.of()),
    ACK("ack", Set.of("receipts"), Set.of("id")),
    NACK("nack", Set.of("receipts"), Set.of("id", "delay", "reason")),
    DEAD_LETTER("deadLetter", Set.of("receipts"), Set.of("id", "reason")),
    EXTEND("extend", Set.of("receipts", "lease"), Set.of("id")),
    PUBLISH("publish", Set.of("messages"), Set.of("id", "queue", "topic"));

    private final String text;
    private final Set<String> required;
    private final Set<String> optional;

    FrameType(String text, Set<String> required, Set<String> optional) {
        this.text = text;
        this.required = required;
        this.optional = optional;
    }

    static Optional<FrameType> of(String text) {
        for (FrameType type : values()) {
            if (type.text.equals(text)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    /** True for what ends a handing-out, or prolongs it. */
    boolean settles() {
        return required.contains("receipts");
    }

    String text() {
        return text;
    }

    Set<String> required() {
        return required;
    }

    boolean allows(String field) {
        return required.contains(field) || optional.contains(field);
    }
}
