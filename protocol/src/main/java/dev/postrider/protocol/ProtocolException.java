package dev.postrider.protocol;

/**
 * Says that something a client sent is not what the protocol allows. The message is written for that client: it names
 * the field and the bound, and never anything internal.
 */
public final class ProtocolException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ProblemCode code;

    public ProtocolException(ProblemCode code, String detail) {
        super(detail);
        this.code = code;
    }

    /** An {@code invalid-request} with the given detail. */
    public static ProtocolException invalid(String detail) {
        return new ProtocolException(ProblemCode.INVALID_REQUEST, detail);
    }

    public ProblemCode code() {
        return code;
    }
}
