package dev.postrider.worker;

/** Says that a payload is not what the worker reads. No attempt can help: the message is rejected. */
public class PayloadException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param cause may be null */
    public PayloadException(String message, Throwable cause) {
        super(message, cause);
    }
}
