package dev.postrider.broker;

import dev.postrider.protocol.ProblemCode;

/** The root of what a broker refuses or fails with. The message is written for the client. */
public class BrokerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ProblemCode code;

    public BrokerException(ProblemCode code, String detail) {
        super(detail);
        this.code = code;
    }

    public BrokerException(ProblemCode code, String detail, Throwable cause) {
        super(detail, cause);
        this.code = code;
    }

    public ProblemCode code() {
        return code;
    }
}
