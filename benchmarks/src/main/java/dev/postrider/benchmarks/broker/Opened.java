package dev.postrider.benchmarks.broker;

import java.util.ArrayList;
import java.util.List;

/** What a connection has opened, closed with it in the same order. */
final class Opened implements AutoCloseable {
    private final List<AutoCloseable> parts = new ArrayList<>();
    private final String failure;

    /** @param failure what to say if one of them cannot be closed */
    Opened(String failure) {
        this.failure = failure;
    }

    void add(AutoCloseable part) {
        parts.add(part);
    }

    @Override
    public void close() {
        for (AutoCloseable part : parts) {
            try {
                part.close();
            } catch (Exception e) {
                throw new BrokerFailure(failure, e);
            }
        }
    }
}
