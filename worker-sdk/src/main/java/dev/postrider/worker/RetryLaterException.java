package dev.postrider.worker;

import java.time.Duration;
import java.util.Objects;

/** Says when a message is to come again, in place of the queue's backoff. The attempt counts. */
public class RetryLaterException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Duration delay;

    public RetryLaterException(Duration delay) {
        this(delay, "asked for again after " + delay, null);
    }

    /** @param cause may be null */
    public RetryLaterException(Duration delay, String reason, Throwable cause) {
        super(reason, cause);
        this.delay = Objects.requireNonNull(delay, "delay");
    }

    public Duration delay() {
        return delay;
    }
}
