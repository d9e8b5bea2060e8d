package dev.postrider.benchmarks.broker;

/** A broker did not start, or a driver failed where nothing but giving up is left. */
public final class BrokerFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BrokerFailure(String message) {
        super(message);
    }

    BrokerFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
