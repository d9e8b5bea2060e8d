package dev.postrider.client;

import dev.postrider.protocol.ProblemCode;
import java.time.Duration;
import java.util.Optional;

/**
 * Says that the broker refused something, or could not be asked. The code is stable and meant for programs, the text is
 * for people.
 */
public final class PostriderException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final int status;
    private final String detail;
    private final Duration retryAfter;
    private final boolean outcomeUnknown;

    /**
     * @param code a problem code's text, such as {@code queue-full}
     * @param status the HTTP status that goes with it
     * @param detail what happened, or null
     * @param retryAfter when to try again, or null
     */
    public PostriderException(String code, int status, String detail, Duration retryAfter) {
        this(code, status, detail, retryAfter, false, null);
    }

    private PostriderException(
            String code, int status, String detail, Duration retryAfter, boolean outcomeUnknown, Throwable cause) {
        super(detail == null ? code : code + ": " + detail, cause);
        this.code = code;
        this.status = status;
        this.detail = detail;
        this.retryAfter = retryAfter;
        this.outcomeUnknown = outcomeUnknown;
    }

    /** A refusal with a known code. */
    public static PostriderException of(ProblemCode code, String detail) {
        return new PostriderException(code.code(), code.status(), detail, null);
    }

    /** An {@code unavailable} of this side: nobody answered. {@code cause} may be null. */
    public static PostriderException unavailable(String detail, Throwable cause) {
        return new PostriderException(
                ProblemCode.UNAVAILABLE.code(), ProblemCode.UNAVAILABLE.status(), detail, null, false, cause);
    }

    /** The same, said of something that may have been done all the same. */
    public PostriderException withOutcomeUnknown() {
        return new PostriderException(code, status, detail, retryAfter, true, this);
    }

    /** The stable code, such as {@code queue-full}; a newer broker may know more of them than {@link ProblemCode}. */
    public String code() {
        return code;
    }

    /** True if the code is this one. */
    public boolean is(ProblemCode candidate) {
        return candidate.code().equals(code);
    }

    /** The HTTP status that goes with the code. */
    public int status() {
        return status;
    }

    /** What happened, for people; may be null. */
    public String detail() {
        return detail;
    }

    /** When the broker said to try again. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /** True if what was asked may have been done although this failure came instead of an answer. */
    public boolean isOutcomeUnknown() {
        return outcomeUnknown;
    }
}
