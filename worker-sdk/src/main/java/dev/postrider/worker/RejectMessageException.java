package dev.postrider.worker;

/** Says that a message is hopeless: it goes to the dead letters, whatever attempts are left. */
public class RejectMessageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public RejectMessageException(String reason) {
        super(reason);
    }

    public RejectMessageException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
