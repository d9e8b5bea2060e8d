package dev.postrider.messaging;

/** A payload is not what the channel's method takes. To try again is of no use: the message is dead-lettered. */
final class UnreadablePayloadException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnreadablePayloadException(String message, Throwable cause) {
        super(message, cause);
    }
}
