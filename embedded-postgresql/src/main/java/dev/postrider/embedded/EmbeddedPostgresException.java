package dev.postrider.embedded;

/** The embedded database could not be started or kept; the message says why and what to do, in words for its user. */
public class EmbeddedPostgresException extends RuntimeException {
    public EmbeddedPostgresException(String message) {
        super(message);
    }

    public EmbeddedPostgresException(String message, Throwable cause) {
        super(message, cause);
    }
}
