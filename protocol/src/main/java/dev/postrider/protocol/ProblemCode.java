package dev.postrider.protocol;

import java.util.Optional;

/**
 * The stable codes of problem documents (RFC 9457). The code is API, titles and details are not. Of those with one
 * status the most general comes first.
 */
public enum ProblemCode {
    INVALID_REQUEST("invalid-request", 400, "The request is not valid"),
    INVALID_RECEIPT("invalid-receipt", 400, "The receipt is not valid"),
    UNAUTHORIZED("unauthorized", 401, "Credentials are missing or wrong"),
    FORBIDDEN("forbidden", 403, "The caller lacks the right"),
    NOT_FOUND("not-found", 404, "There is nothing at this address"),
    QUEUE_NOT_FOUND("queue-not-found", 404, "The queue does not exist"),
    TOPIC_NOT_FOUND("topic-not-found", 404, "The topic does not exist"),
    SUBSCRIPTION_NOT_FOUND("subscription-not-found", 404, "The subscription does not exist"),
    SCHEDULE_NOT_FOUND("schedule-not-found", 404, "The schedule does not exist"),
    DEAD_LETTER_NOT_FOUND("dead-letter-not-found", 404, "The dead letter does not exist"),
    METHOD_NOT_ALLOWED("method-not-allowed", 405, "The method is not allowed here"),
    NOT_ACCEPTABLE("not-acceptable", 406, "No representation fits the Accept header"),
    REQUEST_TIMEOUT("request-timeout", 408, "The request did not arrive in time"),
    QUEUE_NOT_EMPTY("queue-not-empty", 409, "The queue is not empty"),
    RECEIPT_EXPIRED("receipt-expired", 409, "The receipt's lease has run out"),
    MESSAGE_TOO_LARGE("message-too-large", 413, "The message or batch is too large"),
    URI_TOO_LONG("uri-too-long", 414, "The address is too long"),
    UNSUPPORTED_MEDIA_TYPE("unsupported-media-type", 415, "The content type is not supported here"),
    HEADERS_TOO_LARGE("headers-too-large", 431, "The request headers are too large"),
    RATE_LIMITED("rate-limited", 429, "Too many requests"),
    QUEUE_FULL("queue-full", 429, "The queue is full"),
    INTERNAL_ERROR("internal-error", 500, "The broker failed"),
    NOT_IMPLEMENTED("not-implemented", 501, "This is not available yet"),
    UNAVAILABLE("unavailable", 503, "The broker cannot do this now"),
    OVERLOADED("overloaded", 503, "The broker holds as much as it may");

    private final String code;
    private final int status;
    private final String title;

    ProblemCode(String code, int status, String title) {
        this.code = code;
        this.status = status;
        this.title = title;
    }

    /** The code as it stands in a problem document, for instance {@code queue-full}. */
    public String code() {
        return code;
    }

    /** The HTTP status that goes with the code. */
    public int status() {
        return status;
    }

    /** One line for people; may change between releases. */
    public String title() {
        return title;
    }

    /** True for answers that say "later": they carry {@code Retry-After}. */
    public boolean isRetryable() {
        return status == 429 || status == 503;
    }

    /** The most general code with that HTTP status. */
    public static Optional<ProblemCode> ofStatus(int status) {
        for (ProblemCode candidate : values()) {
            if (candidate.status == status) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    /** The code with that text, if this version knows it. */
    public static Optional<ProblemCode> ofCode(String text) {
        for (ProblemCode candidate : values()) {
            if (candidate.code.equals(text)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }
}
